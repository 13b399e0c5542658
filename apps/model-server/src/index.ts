export { buildServer, type ServerOptions } from './build-server.ts';
export type { ServedVersion } from './served-version.ts';
