import { PlatformError } from '@ml-platform/errors';
import type { Git } from './git.ts';
import { isDvcInstalled } from './own-hook.ts';
import { testAffected } from './push/affected-tests.ts';
import { unsentData } from './push/unsent-data.ts';
import { pushedCommits } from './push/pushed-commits.ts';
import { readSettings } from './settings.ts';

/**
 * `pre-push REMOTE URL`, with what is pushed on standard input: first whether its data are on DVC's remote, then the
 * tests of the projects that it touches.
 *
 * @throws PlatformError `step` where data are missing on the remote or a test fails.
 */
export async function prePush(git: Git, [remote = 'origin']: readonly string[], input: string): Promise<void> {
  const settings = await readSettings(git.root);
  const pushed = await pushedCommits(git, remote, input);
  // DVC's own hook sends them.
  if (!(await isDvcInstalled(git, 'pre-push'))) {
    for (const commits of pushed) await refuseUnsent(git, commits.base, commits.tip);
  }
  if (!settings.affectedTests) return;
  for (const commits of pushed) await testAffected(git, commits);
}

async function refuseUnsent(git: Git, base: string | undefined, tip: string): Promise<void> {
  const unsent = await unsentData(git, base, tip);
  if (unsent.length === 0) return;
  throw new PlatformError(
    `data of what is pushed are not on the remote:\n${unsent.map((path) => `  ${path}`).join('\n')}`,
    {
      code: 'step',
      hint: 'npx platform data push, then push again; to push all the same: git push --no-verify',
    },
  );
}
