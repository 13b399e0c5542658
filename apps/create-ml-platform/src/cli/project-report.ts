import { LOCK } from '../render/render.ts';
import type { Difference } from '../update/difference.ts';
import type { ConflictKind, Files, Outcome } from '../update/outcome.ts';

/** What an update, add or remove did, and what to type next. */
export function describeOutcome(outcome: Outcome): string {
  const { upToDate, files, migrations, lock, notes, dryRun } = outcome;
  const remarks = notes.map((note) => `note: ${note}`);
  if (upToDate) return lines([...remarks, nothing(outcome)]);
  const locks = lock === 'updated' ? [`${LOCK} ${dryRun ? 'would be' : 'is'} in line with package.json`] : [];
  const end = dryRun ? ['Nothing was touched.'] : next(outcome);
  return lines([`${title(outcome)}`, '', ...list(files, migrations), ...locks, ...remarks, '', ...end]);
}

/** How a project differs from its template: the patch where there is one. */
export function describeDifference({ version, files, patch }: Difference): string {
  if (patch !== undefined) return patch;
  const found = list({ ...files, keptDeleted: [], conflicts: [] });
  return lines(found.length > 0 ? found : [`all is as create-ml-platform ${version} made it`]);
}

function nothing({ command, to }: Outcome): string {
  return command === 'update' ? `nothing to do: the project is of create-ml-platform ${to}` : 'nothing to do';
}

function title({ command, from, to, features }: Outcome): string {
  return command === 'update' ? `create-ml-platform ${from} → ${to}` : `${command} ${features.join(' ')}`;
}

function list(files: Files, migrations: Outcome['migrations'] = []): string[] {
  const { added, changed, deleted, renamed, keptDeleted, conflicts } = files;
  const row = (status: string) => (path: string) => `${status.padEnd(13)} ${path}`;
  return [
    ...added.map(row('added')),
    ...changed.map((path) => row('changed')(`${path}${remark(migrations, path)}`)),
    ...deleted.map(row('deleted')),
    ...renamed.map(({ from, to }) => `${from} → ${to}`).map(row('renamed')),
    ...keptDeleted.map((path) => `${path}  (you had deleted it; the template changed it)`).map(row('kept deleted')),
    ...conflicts.map(({ path, kind }) => `${path}  ${REMEDIES[kind](quoted(path))}`).map(row('conflict')),
  ];
}

function remark(migrations: Outcome['migrations'], path: string): string {
  const titles = migrations.filter(({ files }) => files.includes(path)).map(({ title }) => title);
  return titles.length > 0 ? `  (${titles.join('; ')})` : '';
}

const REMEDIES: Readonly<Record<ConflictKind, (path: string) => string>> = {
  bothChanged: (path) => `(both changed it: edit it between the markers, then git add ${path})`,
  bothChangedBinary: (path) =>
    `(both changed it: yours stands there, then git add ${path}; or the template's: git checkout --theirs ${path})`,
  droppedByTemplate: (path) =>
    `(you edited it, the template has it no more: git rm ${path}, or keep it: git add ${path})`,
  moved: (path) => `(it moved on one side: look at it, then git add ${path} or git rm ${path})`,
};

function next({ command, to, features, files, lock }: Outcome): string[] {
  const resolve = files.conflicts.length > 0 ? ['resolve the conflicts above; git status lists what is left'] : [];
  const install = lock === 'updated' ? ['npm install'] : [];
  const message =
    command === 'update'
      ? `Update the template to ${to}`
      : `${command === 'add' ? 'Add' : 'Remove'} ${features.join(', ')}`;
  return [
    'Next:',
    ...[...resolve, 'git diff --staged', ...install, 'npm run check', `git commit -m '${message}'`].map(
      (line) => `  ${line}`,
    ),
    'Or take it back: npx create-ml-platform update --abort',
  ];
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
