import { PlatformError, suggest } from '@ml-platform/errors';
import { type Git, openGit } from './git.ts';

export const HOOK_HELP = `Git's hooks of this project, as Git starts them from .husky.

  npx platform hook pre-commit          what is staged: format, lint, secrets, size, notebooks, conflicts
  npx platform hook commit-msg FILE     the message in a file: conventional commits
  npx platform hook pre-push            tests of what is pushed, and whether its data are on the remote
  npx platform hook post-checkout …     data that differ between the commits
  npx platform hook post-merge …
  npx platform hook post-rewrite …

  --debug   prints stacks with errors
  --help    prints this

Settings: .husky/settings.json. To go without: git commit --no-verify, git push --no-verify, or HUSKY=0 in the
environment. With CI=true Git runs none of them.

Exit codes: 0 all is well, 2 wrong usage, 3 the settings are wrong, 5 something is not installed, 8 a check says no.
`;

type Hook = (git: Git, args: readonly string[], input: string) => Promise<void>;

/** Each loads what it needs only when it is called. */
const HOOKS: Readonly<Record<string, Hook>> = {
  'pre-commit': async (git) => (await import('./pre-commit.ts')).preCommit(git),
  'commit-msg': async (git, [file]) => (await import('./commit-msg.ts')).commitMessage(git, needed(file)),
  'pre-push': async (git, args, input) => (await import('./pre-push.ts')).prePush(git, args, input),
  'post-checkout': async (git, args) => (await import('./follow-data.ts')).afterCheckout(git, args),
  'post-merge': async (git) => (await import('./follow-data.ts')).afterMerge(git),
  'post-rewrite': async (git, [by]) => (await import('./follow-data.ts')).afterRewrite(git, by),
};

/**
 * `platform hook NAME …`, then the hook of that name in Git's own folder, which husky keeps Git from.
 *
 * @throws PlatformError `usage` for an unknown hook, `step` where a check says no.
 */
export async function hook([name, ...args]: readonly string[]): Promise<void> {
  if (name === undefined || [name, ...args].includes('--help')) return void process.stdout.write(HOOK_HELP);
  const run = HOOKS[name];
  if (run === undefined) {
    const hint = suggest(name, Object.keys(HOOKS), 'hooks');
    throw new PlatformError(`there is no hook '${name}'`, { code: 'usage', hint });
  }
  const git = await openGit(process.cwd());
  const given = args.filter((arg) => arg !== '--debug');
  // Git closes it by itself; a person at a terminal has nothing to say.
  const input = name === 'pre-push' && !process.stdin.isTTY ? await readInput() : '';
  await run(git, given, input);
  const { runOwnHook } = await import('./own-hook.ts');
  await runOwnHook(git, name, given, input);
}

async function readInput(): Promise<string> {
  const parts: string[] = [];
  for await (const part of process.stdin.setEncoding('utf8')) parts.push(part as string);
  return parts.join('');
}

function needed(file: string | undefined): string {
  if (file !== undefined) return file;
  throw new PlatformError('commit-msg needs the file with the message', {
    code: 'usage',
    hint: 'npx platform hook commit-msg .git/COMMIT_EDITMSG',
  });
}
