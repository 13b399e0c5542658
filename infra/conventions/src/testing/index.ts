export { arbitraryConfig } from './arbitrary-config.ts';
