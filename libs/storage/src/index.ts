export { isLocation, type Location, parseLocation } from './location.ts';
export { type ObjectStore, openStore } from './object-store.ts';
