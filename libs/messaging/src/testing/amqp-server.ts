import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import rhea, { type Connection, type EventContext, type Message, type Receiver, type Sender } from 'rhea';

/** What a request to a `$management` link is answered with. */
export interface Answer {
  readonly status: number;
  readonly condition?: string;
  readonly description?: string;
  readonly body?: unknown;
}

/** What stands behind the links of a namespace; what it throws closes a link, with the `condition` that it has. */
export interface Namespace {
  /** Somebody wants to read from an address. */
  readonly onSource: (address: string, link: Sender) => void;
  readonly onFlow: (address: string, link: Sender) => void;
  /** Somebody sent. */
  readonly onMessage: (address: string, message: Message) => void;
  readonly checkTarget: (address: string) => void;
  readonly manage: (entity: string, request: Message) => Answer;
}

export interface AmqpServer {
  /** Of the environment's variable: `Endpoint=sb://…`. */
  readonly connectionString: string;
  /** Ends every connection, as a network does that fails. */
  readonly cut: () => void;
  readonly stop: () => Promise<void>;
}

export class LinkRefused extends Error {
  readonly condition: string;
  constructor(condition: string, message: string) {
    super(message);
    this.condition = condition;
  }
}

/** The one who may. */
const KEY_NAME = 'testing';
const KEY = 'only-here';

/**
 * A namespace of Azure as its SDKs speak to it: AMQP with tokens over `$cbs`, which are checked, and requests over
 * `$management`. It is one that the SDKs call an emulator, so that there is no TLS.
 */
export async function startAmqp(namespace: Namespace): Promise<AmqpServer> {
  const container = rhea.create_container();
  container.sasl_server_mechanisms.enable_anonymous();
  const connections = new Set<Connection>();
  const allowed = new WeakSet<Connection>();
  container.on('connection_open', ({ connection }: EventContext) => void connections.add(connection));
  for (const end of ['connection_close', 'disconnected']) {
    container.on(end, ({ connection }: EventContext) => void connections.delete(connection));
  }
  container.on('connection_error', () => undefined);
  container.on('sender_open', ({ sender, connection }: EventContext) => {
    if (sender === undefined) return;
    const address = String(sender.source.address);
    sender.set_source({ address });
    sender.set_target(sender.target);
    if (isRequestLink(address)) return;
    orClose(sender, () => {
      checkAllowed(allowed.has(connection));
      namespace.onSource(address, sender);
    });
  });
  container.on('receiver_open', ({ receiver, connection }: EventContext) => {
    if (receiver === undefined) return;
    const address = String(receiver.target.address);
    receiver.set_target({ address });
    if (isRequestLink(address)) return;
    orClose(receiver, () => {
      checkAllowed(allowed.has(connection));
      namespace.checkTarget(address);
    });
  });
  for (const flow of ['sendable', 'sender_draining']) {
    container.on(flow, ({ sender }: EventContext) => {
      if (sender === undefined || isRequestLink(String(sender.source.address))) return;
      namespace.onFlow(String(sender.source.address), sender);
      if (flow === 'sender_draining') sender.set_drained(true);
    });
  }
  container.on('message', ({ message, receiver, connection }: EventContext) => {
    const address = String(receiver?.target.address);
    if (message === undefined) return;
    if (address === '$cbs') {
      const status = isSigned(String(message.body)) ? 202 : 401;
      if (status === 202) allowed.add(connection);
      respond(connection, address, message, { status });
    } else if (isRequestLink(address)) {
      respond(connection, address, message, namespace.manage(address.replace(/\/\$management$/, ''), message));
    } else namespace.onMessage(address, message);
  });
  const server: Server = container.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const connection of connections) socketOf(connection).destroy();
  };
  return {
    connectionString: `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=${KEY_NAME};SharedAccessKey=${KEY};UseDevelopmentEmulator=true`,
    cut,
    stop: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A link whose connection is cut isn't told so. */
export function isAlive(link: Sender): boolean {
  return link.is_open() && !socketOf(link.connection).destroyed;
}

function socketOf(connection: Connection): Socket {
  return (connection as unknown as { socket: Socket }).socket;
}

function isRequestLink(address: string): boolean {
  return address === '$cbs' || address.endsWith('$management');
}

function checkAllowed(isAllowed: boolean): void {
  if (!isAllowed) throw new LinkRefused('amqp:unauthorized-access', 'no token was put');
}

function orClose(link: Sender | Receiver, work: () => void): void {
  try {
    work();
  } catch (thrown) {
    if (!(thrown instanceof LinkRefused)) throw thrown;
    link.close({ condition: thrown.condition, description: thrown.message });
  }
}

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas. */
function isSigned(token: string): boolean {
  const fields = new URLSearchParams(token.replace('SharedAccessSignature ', ''));
  const [resource, expiry] = [fields.get('sr') ?? '', fields.get('se') ?? ''];
  const signed = `${encodeURIComponent(resource)}\n${expiry}`;
  return createHmac('sha256', KEY).update(signed).digest('base64') === fields.get('sig');
}

/** Over the link that the client opened for answers. */
function respond(connection: Connection, address: string, request: Message, answer: Answer): void {
  const { status, condition, description = status < 300 ? 'OK' : 'refused', body } = answer;
  const link = connection.find_sender((sender: Sender) => {
    const isReply = [sender.name, sender.target?.address].includes(String(request.reply_to));
    return sender.source.address === address && (isReply || address === '$cbs');
  });
  link?.send({
    correlation_id: request.message_id,
    application_properties: {
      'status-code': status,
      'status-description': description,
      ...(condition !== undefined && { 'error-condition': condition }),
      statusCode: status,
    },
    body: body ?? null,
  } as Message);
}
