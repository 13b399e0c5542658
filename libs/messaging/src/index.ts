export { DEAD_LETTER } from './consume/dead-letters.ts';
export type {
  ConsumeOptions,
  ConsumeReport,
  DedupeOptions,
  Delivery,
  Handler,
  Message,
  Problem,
  PublishOptions,
} from './message.ts';
export { MessagingError, type MessagingFailure } from './messaging-error.ts';
export { type BytesOptions, type JsonOptions, openQueue } from './open-queue.ts';
export type { Queue } from './queue.ts';
