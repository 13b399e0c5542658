export { isLocation, type Location, parseLocation } from './location.ts';
export type {
  ByteRange,
  Content,
  ObjectStore,
  ReadOptions,
  SignedRequest,
  SignOptions,
  Store,
  StoredObject,
  WriteOptions,
} from './object-store.ts';
export { openStore } from './open-store.ts';
export { StoreError, type StoreFailure } from './store-error.ts';
