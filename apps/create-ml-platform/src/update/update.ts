import { PlatformError } from '@ml-platform/errors';
import { migrationsBetween } from '../migrations/all-migrations.ts';
import type { Template } from '../template/template.ts';
import { type MergeOptions, mergeRenderings } from './merge-renderings.ts';
import { NO_FILES, type Outcome } from './outcome.ts';
import type { Project } from './project.ts';
import { compareVersions } from './version.ts';

export interface UpdateOptions extends MergeOptions {
  /** Also to an older version. */
  readonly force: boolean;
}

/** Merges the running version's template into the project; the result is staged, not committed. */
export function update(project: Project, template: Template, { force, dryRun, install }: UpdateOptions): Outcome {
  const [from, to] = [project.version, template.version];
  refuseOlder(from, to, force);
  if (from === to) return upToDate(project, dryRun);
  const { answers } = project;
  const sides = { base: { version: from, answers }, theirs: { version: to, answers } };
  const migrations = migrationsBetween(from, to);
  const about = `update to ${to}`;
  const merged = mergeRenderings({ project, template, ...sides, about, dryRun, install, migrations });
  return { command: 'update', from, to, features: [], dryRun, upToDate: false, ...merged };
}

/** What an update to the version that the project has comes to. */
export function upToDate({ version }: Project, dryRun: boolean): Outcome {
  const nothing = { files: NO_FILES, migrations: [], lock: 'unchanged', notes: [] } as const;
  return { command: 'update', from: version, to: version, features: [], dryRun, upToDate: true, ...nothing };
}

/** Refuses to go back, unless it is wished for. */
export function refuseOlder(from: string, to: string, force: boolean): void {
  if (force || compareVersions(to, from) >= 0) return;
  throw new PlatformError(`create-ml-platform ${to} is older than the project's ${from}`, {
    code: 'usage',
    hint: 'npx create-ml-platform@latest update; or pass --force to go back',
  });
}
