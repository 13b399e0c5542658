import { flag, text } from '../command-line.ts';
import { countOf, readOptions } from './options.ts';
import { progressLine } from './progress.ts';
import { workspaceDvc } from './workspace-dvc.ts';

const OPTIONS = { remote: text, jobs: text } as const;

/** `platform data push`. */
export async function push(args: readonly string[]): Promise<void> {
  const { values } = readOptions('push', args, OPTIONS);
  const { pushed } = await following(values, (dvc, how) => dvc.push([], how));
  tell(values, { pushed }, pushed === 0 ? 'the remote has everything that is recorded' : `${files(pushed)} pushed`);
}

/** `platform data pull`. */
export async function pull(args: readonly string[]): Promise<void> {
  const { values } = readOptions('pull', args, { ...OPTIONS, force: flag });
  const pulled = await following(values, (dvc, how) => dvc.pull([], { ...how, force: values.force ?? false }));
  const { fetched, added, modified, deleted } = pulled;
  const changed = [added, modified, deleted].flat().length;
  const what = changed === 0 ? 'the workspace has everything that is recorded' : `${changed} paths are as recorded`;
  tell(values, pulled, fetched === 0 ? what : `${files(fetched)} fetched: ${what}`);
}

type Dvc = Awaited<ReturnType<typeof workspaceDvc>>;
interface Given {
  readonly remote?: string | undefined;
  readonly jobs?: string | undefined;
}

async function following<Result>(
  { remote, jobs }: Given,
  work: (dvc: Dvc, how: NonNullable<Parameters<Dvc['push']>[1]>) => Promise<Result>,
): Promise<Result> {
  const count = countOf('jobs', jobs);
  const line = progressLine();
  const chosen = { ...(remote !== undefined && { remote }), ...(count !== undefined && { jobs: count }) };
  try {
    return await work(await workspaceDvc(), { ...chosen, onProgress: line.onProgress });
  } finally {
    line.end();
  }
}

function files(count: number): string {
  return `${count} file${count === 1 ? '' : 's'}`;
}

function tell({ json }: { readonly json?: boolean }, result: object, words: string): void {
  process.stdout.write(`${json ? JSON.stringify(result) : words}\n`);
}
