import { flag } from '../command-line.ts';
import { readOptions, usage } from './options.ts';
import { workspaceDvc } from './workspace-dvc.ts';

const SCOPES = { commits: 'allCommits', branches: 'allBranches', tags: 'allTags', workspace: 'workspace' } as const;

/** `platform data gc`: counts what would go, and removes it only with `--yes`. */
export async function gc(args: readonly string[]): Promise<void> {
  const options = { keep: { type: 'string', multiple: true }, cloud: flag, yes: flag } as const;
  const { values } = readOptions('gc', args, options);
  const { keep = ['commits'], cloud = false, yes = false, json } = values;
  // What the workspace itself uses is kept in any case.
  const scopes = [...new Set(['workspace', ...keep])].map(scopeOf);
  const dvc = await workspaceDvc();
  const { removed } = await dvc.gc({ keep: scopes, dryRun: !yes, cloud });
  if (json) return void process.stdout.write(`${JSON.stringify({ removed: yes ? removed : 0, unused: removed })}\n`);
  const where = cloud ? 'on this machine and on the remote' : 'on this machine';
  const objects = `${removed} object${removed === 1 ? '' : 's'}`;
  const words = yes ? `removed ${objects} ${where}` : dryRunWords(objects, removed, where);
  process.stdout.write(`${words}\n`);
}

function dryRunWords(objects: string, removed: number, where: string): string {
  if (removed === 0) return `everything ${where} is used`;
  return `${objects} ${where} would go, which nothing that is kept uses; to remove them, run it again with --yes`;
}

function scopeOf(word: string) {
  const scope = SCOPES[word as keyof typeof SCOPES];
  if (scope !== undefined) return scope;
  throw usage(`--keep is '${word}', expected ${Object.keys(SCOPES).join(', ')}`);
}
