export { finishInterrupted } from './finish-interrupted.ts';
export type { Change } from './journal.ts';
export { placeFiles } from './place-files.ts';
