import { compareVersions } from '../update/version.ts';
import type { Migration } from './migration.ts';

/** Every `migrations/<version>/<name>.ts`, in the order in which they run. */
export const MIGRATIONS: readonly Migration[] = [];

/** Those that an update from one version to another runs; to an older version none. */
export function migrationsBetween(from: string, to: string, all: readonly Migration[] = MIGRATIONS): Migration[] {
  return all.filter(({ version }) => compareVersions(version, from) > 0 && compareVersions(version, to) <= 0);
}
