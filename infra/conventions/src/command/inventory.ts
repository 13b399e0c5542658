import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { inventoryPage } from '../inventory/inventory-page.ts';
import { stackNames } from '../names/stack-names.ts';
import { runStack } from '../program/run-stack.ts';
import { readStackFile, stackNamesIn } from '../program/stack-file.ts';
import { loadCloud } from './load-cloud.ts';
import { type StackOptions, stackOf } from './options.ts';

/** From the folder of a project, `infra/aws`. */
const DOCS = '../../docs/infrastructure';

/**
 * Writes the inventory of every stack, or of the one that is given, into docs; or says whether that is current.
 *
 * @throws PlatformError `step` where it isn't, and was only to be looked at.
 */
export async function inventory(options: StackOptions): Promise<void> {
  const { project, env, check } = options;
  const stacks = env === undefined ? stackNamesIn(project).filter(isKept) : [stackOf(options)];
  const pages = await pagesOf(project, stacks);
  const stale = pages.filter(({ file, text }) => !existsSync(file) || readFileSync(file, 'utf8') !== text);
  if (check && stale.length > 0) throw notCurrent(project, stale);
  for (const { file, text } of stale) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const workspace = join(project, '../..');
  process.stdout.write(pages.map(({ file }) => `${relative(workspace, file)}\n`).join(''));
}

interface Page {
  readonly file: string;
  readonly text: string;
}

/** That of a pull request is gone before anybody reads about it. */
function isKept(stack: string): boolean {
  return !stack.startsWith('pr-');
}

async function pagesOf(project: string, stacks: readonly string[]): Promise<Page[]> {
  const cloud = await loadCloud(project);
  const pages: Page[] = [];
  for (const stack of stacks) {
    const { resources } = await runStack(cloud, project, stack);
    const { prefix } = stackNames(readStackFile(project, stack).project, stack);
    const facts = { cloud: basename(project), stack, prefix };
    const file = join(project, DOCS, `${facts.cloud}-${stack}.md`);
    pages.push({ file, text: inventoryPage(resources, facts) });
  }
  return pages;
}

function notCurrent(project: string, stale: readonly Page[]): PlatformError {
  const files = stale.map(({ file }) => relative(join(project, '../..'), file));
  return new PlatformError(`not current: ${files.join(', ')}`, {
    code: 'step',
    hint: `npx nx run infra-${basename(project)}:inventory writes them`,
  });
}
