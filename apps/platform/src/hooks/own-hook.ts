import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { delimiter, dirname, resolve } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import type { Git } from './git.ts';

/** Path of the hook in Git's own folder, where `dvc install` and others put theirs; undefined where there is none. */
export async function findOwnHook(git: Git, name: string): Promise<string | undefined> {
  const common = (await git.read(['rev-parse', '--git-common-dir'])).trimEnd();
  const file = resolve(git.root, common, 'hooks', name);
  return (await access(file, constants.X_OK).then(
    () => true,
    () => false,
  ))
    ? file
    : undefined;
}

/** Whether `dvc install` was called here: then DVC does its part of a hook itself. */
export async function isDvcInstalled(git: Git, name: string): Promise<boolean> {
  const file = await findOwnHook(git, name);
  return file !== undefined && (await readFile(file, 'utf8')).includes('dvc git-hook');
}

/**
 * Runs the hook of Git's own folder, if there is one; a `dvc` in it is the pinned one.
 *
 * @throws PlatformError `step` where it says no.
 */
export async function runOwnHook(git: Git, name: string, args: readonly string[], input: string): Promise<void> {
  const file = await findOwnHook(git, name);
  if (file === undefined) return;
  const child = spawn(file, [...args], {
    cwd: git.root,
    env: (await isDvcInstalled(git, name)) ? await withDvc() : process.env,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  child.stdin.on('error', () => undefined).end(input);
  const [code] = await once(child, 'close');
  if (code === 0) return;
  throw new PlatformError(`${file} ended with ${code}`, { code: 'step', hint: `what it says, or remove the file` });
}

async function withDvc(): Promise<NodeJS.ProcessEnv> {
  const { dvcCommand } = await import('../data/workspace-dvc.ts');
  return { ...process.env, PATH: `${dirname(await dvcCommand())}${delimiter}${process.env.PATH ?? ''}` };
}
