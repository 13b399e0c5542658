import { basename } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { type Answers, resolveAnswers } from '../answers/answers.ts';
import { checkProjectName } from '../answers/project-name.ts';
import type { CreateOptions } from './command-line.ts';
import { type Asked, ask } from './questions.ts';

export interface Chosen {
  /** As typed: a name, or `.`. */
  readonly folder: string;
  /** The same as a name. */
  readonly folderName: string;
  readonly answers: Answers;
}

/** What flags and, at a terminal, prompts say; undefined when the person gave up. */
export async function chooseAnswers(options: CreateOptions, cwd: string): Promise<Chosen | undefined> {
  const nameOf = (folder: string): string => (folder === '.' ? basename(cwd) : folder);
  if (options.folder !== undefined) checkFolder(options.folder, options.name, cwd);
  // The terminal is looked at last: opening standard input takes longer than the rest of this.
  const asks = !options.yes && !options.json && process.stdout.isTTY && process.stdin.isTTY;
  const asked = asks ? await ask(options, nameOf) : unasked(options, nameOf);
  if (!asked) return undefined;
  checkFolder(asked.folder, options.name, cwd);
  return { folder: asked.folder, folderName: nameOf(asked.folder), answers: resolveAnswers(asked) };
}

function unasked(
  { folder, name, example, clouds, ci, remote }: CreateOptions,
  nameOf: (folder: string) => string,
): Asked {
  if (folder !== undefined) return { folder, name: name ?? nameOf(folder), example, clouds, ci, remote };
  throw new PlatformError('a name is missing', { code: 'usage', hint: 'npx create-ml-platform acme' });
}

function checkFolder(folder: string, name: string | undefined, cwd: string): void {
  if (folder !== '.') checkProjectName(folder);
  if (folder !== '.' || name !== undefined) return;
  try {
    checkProjectName(basename(cwd));
  } catch (thrown) {
    if (!(thrown instanceof PlatformError)) throw thrown;
    const suggested = /'(.+)'/.exec(thrown.hint)?.[1] ?? 'acme';
    const hint = `name the project yourself: npx create-ml-platform . --name ${suggested}`;
    throw new PlatformError(`this folder can't name the project: ${thrown.message}`, { code: 'usage', hint });
  }
}
