export type { CallOptions, DvcOptions } from './calls/call.ts';
export type { Progress } from './calls/progress.ts';
export { DvcError, type DvcReason } from './failures/dvc-error.ts';
export { readHashes, readLock, type TrackedOutput } from './hashes/read-hashes.ts';
export { type Dvc, openDvc } from './open-dvc.ts';
