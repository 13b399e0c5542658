import { readFile } from 'node:fs/promises';
import { PlatformError } from '@ml-platform/errors';
import type { Git } from './git.ts';
import { readSettings } from './settings.ts';

/** Below it `git commit --verbose` shows the change. */
const SCISSORS = /^\S -+ >8 -+$[\s\S]*/m;

/**
 * Holds a message to conventional commits, unless the settings say that any will do.
 *
 * @throws PlatformError `step` with what is wrong with it.
 */
export async function commitMessage(git: Git, file: string): Promise<void> {
  const { commitMessages } = await readSettings(git.root);
  if (commitMessages === 'any') return;
  const input = (await readFile(file, 'utf8')).replace(SCISSORS, '');
  const message = await git.read(['stripspace', '--strip-comments'], { input });
  if (message === '') return;
  const problems = await messageProblems(message);
  if (problems.length === 0) return;
  throw new PlatformError(`the commit's message:\n${problems.map((problem) => `  ${problem}`).join('\n')}`, {
    code: 'step',
    hint: 'for example "fix(flight-delays): read hours as local time"; the message is in .git/COMMIT_EDITMSG',
  });
}

/** What commitlint says by the rules of config-conventional; messages that Git writes (merges, reverts) pass. */
export async function messageProblems(message: string): Promise<string[]> {
  const [{ default: lint }, { default: config }] = await Promise.all([
    import('@commitlint/lint'),
    import('@commitlint/config-conventional'),
  ]);
  const { errors } = await lint(message, config.rules, { parserOpts: PARSER });
  return errors.map(({ message: problem }) => problem);
}

/** A `!` before the colon: https://www.conventionalcommits.org/en/v1.0.0/#specification, which the default doesn't know. */
const PARSER = {
  headerPattern: /^(\w*)(?:\((.*)\))?!?: (.*)$/,
  headerCorrespondence: ['type', 'scope', 'subject'],
  noteKeywords: ['BREAKING CHANGE', 'BREAKING-CHANGE'],
};
