import { messageOf, PlatformError } from '@ml-platform/errors';
import type { OldSides } from '../apply/apply.ts';
import { type Blob, readBlobs } from '../apply/blobs.ts';
import { changesBetween } from '../apply/changes.ts';
import type { Repository } from '../apply/git-process.ts';
import { type Change, changeTree, storeBlob } from '../apply/git-trees.ts';
import type { MigratedProject, Migration } from './migration.ts';

/** What one migration did. */
export interface Ran {
  readonly version: string;
  readonly title: string;
  /** Of the team's own, or edited by it, in the project. */
  readonly files: readonly string[];
}

/** A file that a migration failed on, and that is as it was. */
interface Failure {
  readonly title: string;
  readonly path: string;
  readonly reason: string;
}

export interface MigratedSides extends OldSides {
  readonly ran: readonly Ran[];
  readonly failures: readonly Failure[];
}

export interface MigrationRequest {
  readonly repository: Repository;
  /** Of the project in its repository: `` or for example `platform/`. */
  readonly prefix: string;
  readonly migrations: readonly Migration[];
  readonly project: MigratedProject;
}

/**
 * Runs migrations on the team's tree, and on the base as well: what the team left as it was made is then no change of
 * theirs. Files that are no text are left alone.
 */
export function migrateSides({ base, ours }: OldSides, request: MigrationRequest): MigratedSides {
  const { repository, migrations, prefix } = request;
  if (migrations.length === 0) return { base, ours, ran: [], failures: [] };
  const { added, changed } = changesBetween(repository, base, ours, false);
  const own = new Set([...added, ...changed].map((path) => path.slice(prefix.length)));
  const migrated = migrateTree(ours, request);
  const ran = migrations.map(({ version, title }) => {
    const files = migrated.files.filter((file) => file.title === title && own.has(file.path));
    return { version, title, files: files.map(({ path }) => path) };
  });
  const failures = migrated.failures.filter(({ path }) => own.has(path));
  return { base: migrateTree(base, request).tree, ours: migrated.tree, ran, failures };
}

interface MigratedTree {
  readonly tree: string;
  readonly files: { readonly title: string; readonly path: string }[];
  readonly failures: Failure[];
}

function migrateTree(tree: string, { repository, prefix, migrations, project }: MigrationRequest): MigratedTree {
  const migrated = { files: [] as MigratedTree['files'], failures: [] as Failure[] };
  const changes = new Map<string, Change>();
  const isConcerned = (path: string) => migrations.some(({ concerns }) => concerns(path.slice(prefix.length)));
  for (const blob of readBlobs(repository, tree, prefix, isConcerned)) {
    const before = textOf(blob);
    if (before === undefined) continue;
    const path = blob.path.slice(prefix.length);
    const run = (text: string, migration: Migration) => migrateFile(migration, { path, text }, project, migrated);
    const after = migrations.filter(({ concerns }) => concerns(path)).reduce(run, before);
    if (after !== before) changes.set(blob.path, { mode: blob.mode, id: storeBlob(repository, after) });
  }
  return { ...migrated, tree: changeTree(repository, tree, changes) };
}

function migrateFile(
  { title, migrate }: Migration,
  { path, text }: { readonly path: string; readonly text: string },
  project: MigratedProject,
  { files, failures }: Pick<MigratedTree, 'files' | 'failures'>,
): string {
  try {
    const migrated = migrate(text, path, project);
    if (migrated !== text) files.push({ title, path });
    return migrated;
  } catch (thrown) {
    // Of the machine, not of the file.
    if (thrown instanceof PlatformError && thrown.code === 'environment') throw thrown;
    failures.push({ title, path, reason: messageOf(thrown) });
    return text;
  }
}

function textOf({ content }: Blob): string | undefined {
  const text = content.toString();
  return Buffer.from(text).equals(content) ? text : undefined;
}
