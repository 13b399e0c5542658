export { hashFolder } from './content-hash.ts';
export {
  type ColumnSpec,
  type ColumnType,
  type ModelManifest,
  modelManifestSchema,
  type Signature,
} from './manifest.ts';
export type {
  AliasChange,
  AliasMove,
  ModelRegistry,
  ModelVersion,
  Promotion,
  RegisteredVersion,
  Registration,
  Rollback,
  Swap,
} from './model-registry.ts';
export { checkAlias, checkModelName } from './names.ts';
export { readModelManifest } from './read-manifest.ts';
export { openSqliteRegistry, type SqliteRegistryOptions } from './sqlite/open.ts';
