import type { BodyFormat } from './body-format.ts';
import type { Channel } from './channel.ts';
import { consume } from './consume/consume.ts';
import type { Handle } from './consume/consumer.ts';
import { deadLetters } from './consume/dead-letters.ts';
import { deliveries } from './consume/deliveries.ts';
import { settingsOf } from './consume/settings.ts';
import { idsOf } from './envelope.ts';
import type { ConsumeOptions, ConsumeReport, Delivery, Handler, PublishOptions } from './message.ts';

/** A queue, or a topic with one of its subscriptions: the same on every service. */
export interface Queue<Body> {
  /** Without a password. */
  readonly uri: string;
  /**
   * Sends a body, and gives the service's name of the message once it is stored there.
   *
   * @throws PlatformError `data` for a body that the schema refuses, or the service finds too large.
   */
  readonly publish: (body: Body, options?: PublishOptions) => Promise<string>;
  /** Handles messages until the signal, or nothing more comes: done when the handler is, tried again when it throws. */
  readonly consume: (handler: Handler<Body>, options?: ConsumeOptions) => Promise<ConsumeReport>;
  /** The same as an iterator, whose messages wait for `ack` or `nack`. */
  readonly messages: (options?: ConsumeOptions) => AsyncGenerator<Delivery<Body>>;
  readonly close: () => Promise<void>;
}

export function queueOf<Body>(
  channel: Channel,
  { encode, decode }: BodyFormat<Body>,
  open: (uri: string) => Promise<Channel>,
): Queue<Body> {
  const run = async (handle: Handle<Body>, options: ConsumeOptions): Promise<ConsumeReport> => {
    const settings = settingsOf(channel.uri, options);
    const { bury, close } = await deadLetters(channel, settings.deadLetter, open);
    return consume({ channel, settings, handle, bury, decode }).finally(close);
  };
  return {
    uri: channel.uri,
    publish: async (body, { attributes = {}, ...ids } = {}) =>
      channel.send({ body: encode(body), attributes, ...idsOf(ids) }),
    consume: (handler, options = {}) => run((message) => handler(message), options),
    messages: (options = {}) => deliveries((handle, signal) => run(handle, { ...options, signal }), options.signal),
    close: channel.close,
  };
}
