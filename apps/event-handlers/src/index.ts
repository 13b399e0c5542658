export { bundleHandlers, HANDLERS, type HandlerName } from './bundle/bundle-handlers.ts';
export type { ExpectedSchema } from './validate/expected-schema.ts';
