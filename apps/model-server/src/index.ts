export { buildMultiModelServer } from './build-multi-model-server.ts';
export { buildServer, type ServerOptions } from './build-server.ts';
export type { ModelFolder, ModelSource, RegisteredModel } from './open-model.ts';
export { type Listening, type Service, serve } from './serve.ts';
export type { ServedVersion } from './served-version.ts';
export { closeOnSignal } from './shutdown.ts';
