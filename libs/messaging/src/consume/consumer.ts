import type { ConsumeReport, Message } from '../message.ts';
import type { Bury } from './dead-letters.ts';
import type { InOrder } from './in-order.ts';
import type { Seen } from './seen.ts';
import type { Settings } from './settings.ts';

/** A handler that may want to know when its message is settled. */
export type Handle<Body> = (message: Message<Body>, settled: Promise<void>) => Promise<unknown> | unknown;

/** What the messages of one `consume` share. */
export interface Consumer<Body> {
  readonly settings: Settings;
  readonly seen: Seen;
  readonly inOrder: InOrder;
  /** @throws what is wrong with a body. */
  readonly decode: (body: Buffer) => Body;
  readonly handle: Handle<Body>;
  /** There is none without a place for dead letters. */
  readonly bury: Bury | undefined;
  /** Aborted: no more tries. */
  readonly stopping: AbortSignal;
  /** Aborted: no more time. */
  readonly late: AbortSignal;
  /** Aborted: who is still at it isn't waited for, and its message is free to come again. */
  readonly over: AbortSignal;
  readonly count: (what: keyof ConsumeReport) => void;
}

/** Thrown for a message that nobody got to see: it is given back as it came. */
export const UNSEEN = Symbol('unseen');
