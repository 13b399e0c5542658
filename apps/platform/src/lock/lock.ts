import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PlatformError, suggest } from '@ml-platform/errors';
import { lockRequirements } from '@ml-platform/pipeline';
import { flag, parseOptions, wrongUsage } from '../command-line.ts';
import { WORKSPACE } from '../workspace.ts';

export const LOCK_HELP = `Locks the packages of a project's Python steps: requirements.in → requirements.txt, with hashes.

  npx platform lock PROJECT [--upgrade]

  PROJECT     the folder's name in apps or libs
  --upgrade   takes the newest versions that fit, rather than keeping the pins there are
  --debug     prints stacks with errors
  --help      prints this
`;

/**
 * @throws PlatformError `usage` for an unknown flag or no project, `notFound` for a project that isn't there, and what
 * `lockRequirements` throws.
 */
export async function lock(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args);
  if (values.help) return void process.stdout.write(LOCK_HELP);
  const [name, ...others] = positionals;
  if (name === undefined || others.length > 0) throw usage('one project is needed');
  const path = await lockRequirements(findProject(name), { upgrade: values.upgrade ?? false });
  process.stdout.write(`${path}\n`);
}

function parse(args: readonly string[]) {
  const options = { upgrade: flag, debug: flag, help: flag };
  return parseOptions('lock', { args: [...args], allowPositionals: true, options });
}

function findProject(name: string): string {
  const folders = globSync('{apps,libs}/*', { cwd: WORKSPACE }).filter((folder) => {
    return existsSync(join(WORKSPACE, folder, 'package.json'));
  });
  const found = folders.find((folder) => folder === name.replaceAll('\\', '/') || basename(folder) === name);
  if (found !== undefined) return join(WORKSPACE, found);
  throw new PlatformError(`there is no project '${name}' in apps or libs`, {
    code: 'notFound',
    hint: suggest(name, folders.map((folder) => basename(folder)).sort(), 'projects'),
  });
}

function usage(message: string): PlatformError {
  return wrongUsage('lock', message);
}
