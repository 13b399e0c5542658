import type { Dvc } from '@ml-platform/dvc';
import { readOptions } from './options.ts';
import { workspaceDvc } from './workspace-dvc.ts';

type Status = Awaited<ReturnType<Dvc['dataStatus']>>;

/** How many paths of a kind are listed. */
const SHOWN = 10;

/** `platform data status`: what is not where it should be, and the command that mends it. */
export async function status(args: readonly string[]): Promise<void> {
  const { values } = readOptions('status', args, {});
  const dvc = await workspaceDvc();
  const remotes = await dvc.remotes();
  const remote = remotes.find(({ isDefault }) => isDefault)?.name;
  const found = await dvc.dataStatus({ notInRemote: remote !== undefined });
  process.stdout.write(
    values.json ? `${JSON.stringify({ remote: remote ?? null, ...found })}\n` : describe(found, remote),
  );
}

/** The status as a person reads it. */
export function describe(status: Status, remote: string | undefined): string {
  const { committed, uncommitted, not_in_cache: missing, not_in_remote: unsent } = status;
  const parts = [
    list('Changed, and not recorded', pathsOf(uncommitted), 'npx platform data commit'),
    list('Recorded, and not in Git', pathsOf(committed), 'git add --all && git commit'),
    list('Recorded, and not on this machine', missing, 'npx platform data pull'),
    list('Not on the remote', unsent, 'npx platform data push'),
    remote === undefined ? 'No remote: nobody else has the data. npx platform data remote PLACE\n' : '',
  ].filter((part) => part !== '');
  const isClean = parts.length === 0;
  return isClean ? `all that is recorded is here, in Git, and on the remote '${remote}'\n` : parts.join('\n');
}

function pathsOf({ added, modified, deleted, renamed, unknown }: Status['committed']): string[] {
  return [
    ...added.map((path) => `new       ${path}`),
    ...modified.map((path) => `modified  ${path}`),
    ...deleted.map((path) => `deleted   ${path}`),
    ...renamed.map(({ old, new: now }) => `renamed   ${old} to ${now}`),
    ...unknown.map((path) => `unknown   ${path}`),
  ];
}

function list(title: string, paths: readonly string[], mend: string): string {
  if (paths.length === 0) return '';
  const more = paths.length > SHOWN ? [`… and ${paths.length - SHOWN} more`] : [];
  return [`${title}: ${mend}`, ...[...paths.slice(0, SHOWN), ...more].map((path) => `  ${path}`), ''].join('\n');
}
