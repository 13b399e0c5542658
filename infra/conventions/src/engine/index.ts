export { pulumiCli } from './pulumi-cli.ts';
export { type Change, type Engine, type EngineProject, type EngineRun, openEngine } from './engine.ts';
export type { Store, StoredResource } from './stand-in-store.ts';
export type { StandInModule } from './workshop.ts';
