/** What is published. */
export interface PublishOptions {
  /** Messages of one key belong together: where the service keeps an order, it keeps it among them. */
  readonly key?: string;
  /** Short texts beside the body; the service can filter on them. SQS takes nine. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Two messages of one id are one: the second is left out where it is recognized in time. */
  readonly dedupeId?: string;
}

/** What a handler gets. */
export interface Message<Body> {
  /** The service's own name of it. */
  readonly id: string;
  readonly body: Body;
  readonly key?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly dedupeId?: string;
  /** Counts from 1: how often it was handed out, this time included. */
  readonly attempt: number;
  readonly published: Date;
  /** Aborted when the message isn't this consumer's any more, or the time to finish it is over. */
  readonly signal: AbortSignal;
}

/** A message of an iterator, which waits for an answer. */
export interface Delivery<Body> extends Message<Body> {
  /** It is done: it doesn't come again. */
  readonly ack: () => Promise<void>;
  /** It failed: it comes again, or goes to the dead letters. */
  readonly nack: (reason?: unknown) => Promise<void>;
}

export type Handler<Body> = (message: Message<Body>) => Promise<unknown> | unknown;

/** What became of a message that was not handled. */
export interface Problem {
  readonly id?: string;
  readonly attempt?: number;
  readonly outcome: 'retry' | 'dead letter' | 'lease lost' | 'no answer';
  readonly error: unknown;
}

export interface ConsumeOptions {
  /** Messages at a time; 8. */
  readonly concurrency?: number;
  /**
   * Where a message goes that failed `maxAttempts` times, or can't be read at all: the URI of a queue, or `service` for
   * Service Bus's own. Without one a message is tried for ever, unless the service has a rule of its own.
   */
  readonly deadLetter?: string;
  /** 5; needs `deadLetter`. */
  readonly maxAttempts?: number;
  /** Seconds until a message that failed is tried again; 1, 2, 4, … up to 60. */
  readonly retrySeconds?: (attempt: number) => number;
  /** Seconds that a message is this consumer's, extended while its handler runs; 30. Kafka and Service Bus have their own. */
  readonly leaseSeconds?: number;
  readonly dedupe?: DedupeOptions;
  /** Ends the consumer: it takes no more, and finishes what it has. */
  readonly signal?: AbortSignal;
  /** Seconds to finish what it has, then its handlers' signals are aborted; 30. */
  readonly graceSeconds?: number;
  /** Ends the consumer once nothing came for so many seconds. */
  readonly idleSeconds?: number;
  readonly onProblem?: (problem: Problem) => void;
}

export interface DedupeOptions {
  /** How long an id is remembered; 3600. */
  readonly seconds?: number;
  /** A file that consumers of one machine share, and that outlives them; else each consumer remembers for itself. */
  readonly file?: string;
}

export interface ConsumeReport {
  readonly handled: number;
  readonly retried: number;
  readonly deadLettered: number;
  /** Left out, since a message of their id was handled. */
  readonly duplicates: number;
}
