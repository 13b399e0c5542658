import { relative, resolve } from 'node:path';
import { WORKSPACE } from '../workspace.ts';
import { readOptions, usage } from './options.ts';
import { progressLine } from './progress.ts';
import { workspaceDvc } from './workspace-dvc.ts';

/** `platform data add PATH …`; paths from where it is called. */
export async function add(args: readonly string[]): Promise<void> {
  const { values, positionals } = readOptions('add', args, {}, 1000);
  if (positionals.length === 0) throw usage('data add needs a file or folder');
  const paths = positionals.map((path) => relative(WORKSPACE, resolve(path)));
  const outside = positionals.find((_, index) => paths[index]?.startsWith('..'));
  if (outside !== undefined) throw usage(`${outside} is outside of the workspace: move it in first`);
  const line = progressLine();
  try {
    await (await workspaceDvc()).add(paths, { onProgress: line.onProgress });
  } finally {
    line.end();
  }
  const tracked = paths.map((path) => `${path}.dvc`);
  const words = `added; Git has: ${tracked.join(' ')}\nnext: git add ${tracked.join(' ')}, and npx platform data push`;
  process.stdout.write(values.json ? `${JSON.stringify({ tracked })}\n` : `${words}\n`);
}
