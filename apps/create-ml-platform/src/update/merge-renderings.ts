import { apply, refuseChanges } from '../apply/apply.ts';
import { LOCK } from '../render/render.ts';
import { type MigratedSides, migrateSides } from '../migrations/migrate-sides.ts';
import type { Migration } from '../migrations/migration.ts';
import { projectTypescript } from '../migrations/project-typescript.ts';
import type { Template, Tree } from '../template/template.ts';
import { filesOf, type LockState, type OpenFile, type Outcome, openFile } from './outcome.ts';
import { prefixed } from './prefixed.ts';
import type { Project } from './project.ts';
import { refreshLock } from './refresh-lock.ts';
import { type Rendering, renderVersion } from './render-version.ts';

export interface MergeOptions {
  readonly dryRun: boolean;
  /** Whether npm may write package-lock.json anew. */
  readonly install: boolean;
}

export interface MergeRequest extends MergeOptions {
  readonly project: Project;
  readonly template: Template;
  readonly base: Rendering;
  readonly theirs: Rendering;
  /** What it is, in words. */
  readonly about: string;
  /** What changes the team's own code before the template's changes reach it. */
  readonly migrations?: readonly Migration[];
}

/** Renders both sides and merges them into the project; a work tree with changes is refused before npm is asked. */
export function mergeRenderings(request: MergeRequest): Pick<Outcome, 'files' | 'migrations' | 'lock' | 'notes'> {
  const { project, template, about, dryRun, install, migrations = [] } = request;
  const { repository, folder, prefix } = project;
  refuseChanges(repository);
  const base = renderVersion(template, request.base, folder);
  const theirs = renderVersion(template, request.theirs, folder);
  let lock: LockState = 'none';
  let conflicts: OpenFile[] = [];
  let ran: MigratedSides['ran'] = [];
  const notes: string[] = [];
  const applied = apply(
    repository.folder,
    { base: mergeable(base, prefix), theirs: mergeable(theirs, prefix) },
    {
      about,
      dryRun,
      leaves: [`${prefix}${LOCK}`],
      prepare: (sides, store) => {
        const own = { scope: `@${project.answers.name}`, typescript: () => projectTypescript(folder) };
        const migrated = migrateSides(sides, { repository: store, prefix, migrations, project: own });
        ran = migrated.ran;
        notes.push(...migrated.failures.map(failureNote));
        return migrated;
      },
      finish: (merged, store) => {
        const sides = { repository: store, folder, prefix, base, theirs, npm: install && !dryRun };
        const refreshed = refreshLock(sides, merged);
        lock = refreshed.lock;
        if (refreshed.note) notes.push(refreshed.note);
        conflicts = merged.conflicts.map((conflict) => openFile(store, merged.tree, conflict));
        return refreshed.merged;
      },
    },
  );
  return { files: filesOf(applied, conflicts, prefix), migrations: ran, lock, notes };
}

function failureNote({ title, path, reason }: MigratedSides['failures'][number]): string {
  return `${path} is not migrated (${title}): ${reason}; change it by hand`;
}

/** A lock file is npm's to write: see refreshLock. */
function mergeable(tree: Tree, prefix: string): Tree {
  return prefixed(new Map([...tree].filter(([path]) => path !== LOCK)), prefix);
}
