/** A message as a service carries it. */
export interface Outgoing {
  readonly body: Buffer;
  readonly key?: string;
  readonly dedupeId?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A message that a service handed out, and waits for. */
export interface Received extends Outgoing {
  readonly id: string;
  readonly published: Date;
  /** Where the service counts, or the channel does. */
  readonly attempt: number;
  /** Seconds until it is somebody else's, unless it is extended. */
  readonly leaseSeconds: number;
  /** Where it fails it is tried again here, since those of its key have to wait for it. */
  readonly retriesInPlace?: boolean;
  readonly extend: () => Promise<void>;
  readonly done: () => Promise<void>;
  /** It comes again, after so many seconds. */
  readonly giveBack: (seconds: number) => Promise<void>;
  /** Into the service's own dead letters, where it has them. */
  readonly bury?: (reason: string) => Promise<void>;
}

export interface ReceiverOptions {
  readonly leaseSeconds: number;
  /** How long a question waits that finds nothing. */
  readonly waitSeconds: number;
}

/** One consumer's side of a queue. */
export interface Receiver {
  /** At most `limit`, as soon as there is one; none after a while, or when aborted. */
  readonly receive: (limit: number, signal: AbortSignal) => Promise<Received[]>;
  /** What it has and didn't settle comes again. */
  readonly close: () => Promise<void>;
}

/** What each service is to this library: it sends, and hands out. */
export interface Channel {
  /** Without a password. */
  readonly uri: string;
  /** The service puts aside what a consumer tells it to. */
  readonly hasDeadLetters?: boolean;
  /** Gives the service's name of the message. */
  readonly send: (message: Outgoing) => Promise<string>;
  /** Connects with the first `receive`. */
  readonly receiver: (options: ReceiverOptions) => Receiver;
  readonly close: () => Promise<void>;
}
