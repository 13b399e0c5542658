import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { type Git, outsideOfHook } from '../git.ts';
import type { PushedCommits } from './pushed-commits.ts';

/**
 * Runs the tests of the projects that the commits touch, as far as they are what is checked out.
 *
 * @throws PlatformError `step` where one fails.
 */
export async function testAffected(git: Git, { base, tip }: PushedCommits): Promise<void> {
  const head = (await git.read(['rev-parse', 'HEAD'])).trim();
  if (base === undefined) return note('the first push of this project: npm test has all tests');
  if ((await git.read(['rev-parse', `${tip}^{commit}`])).trim() !== head) {
    return note(`no tests of ${tip.slice(0, 9)}: it is not what is checked out`);
  }
  const nx = createRequire(join(git.root, 'package.json')).resolve('nx/bin/nx.js');
  const args = [nx, 'affected', '--target=test', `--base=${base}`, `--head=${tip}`, '--output-style=static'];
  // Git reads standard output of a hook as its own; a push is told on standard error.
  const child = spawn(process.execPath, args, {
    cwd: git.root,
    env: await outsideOfHook(git),
    stdio: ['ignore', process.stderr, process.stderr],
  });
  const [code] = await once(child, 'close');
  if (code === 0) return;
  throw new PlatformError('tests of what is pushed fail', {
    code: 'step',
    hint: `npx nx affected --target=test --base=${base.slice(0, 12)}; to push all the same: git push --no-verify`,
  });
}

function note(text: string): void {
  process.stderr.write(`pre-push: ${text}\n`);
}
