import { dirname } from 'node:path/posix';
import { PlatformError } from '@ml-platform/errors';
import type { Answers } from '../answers/answers.ts';
import { type FeatureGroup, GROUPS, type GroupName } from '../features.ts';
import { type LockFile, printLock } from '../render/lock-file.ts';
import { indexLock, type LockIndex, variantKey } from '../render/lock-index.ts';
import { OWN_NAME } from '../render/rename.ts';
import { LOCK, MANIFEST, render } from '../render/render.ts';
import type { Template, Tree } from '../template/template.ts';

/** The index of a template's lock file, if it has one: from rendering it for every choice of features under our own name. */
export function indexLocks(template: Template): LockIndex | undefined {
  const lock = template.files.find(({ path }) => path === LOCK);
  if (!lock) return undefined;
  if (printLock(parseLock(lock)) !== Buffer.from(lock.content).toString()) {
    throw new PlatformError(`${LOCK} is not laid out as npm writes it`, { code: 'config', hint: 'npm run lock' });
  }
  const trees = everyChoice().map((choice) => render(template, { ...choice, name: OWN_NAME }));
  const pruned = trees.map((tree): [string, LockFile] => [variantKey(workspaces(tree)), parseLock(tree.get(LOCK))]);
  return indexLock(parseLock(lock), Object.fromEntries(pruned));
}

function workspaces(tree: Tree): string[] {
  const manifests = [...tree.keys()].filter((path) => MANIFEST.test(path));
  return manifests.map((path) => (path === 'package.json' ? '' : dirname(path)));
}

function parseLock(file: { readonly content: Uint8Array } | undefined): LockFile {
  return JSON.parse(Buffer.from(file?.content ?? []).toString());
}

/** One example or none, with any clouds and any CI systems. */
export function everyChoice(): Omit<Answers, 'name'>[] {
  const examples = ['none', ...namesOf('example')];
  return examples.flatMap((example) =>
    subsets(namesOf('clouds')).flatMap((clouds) => subsets(namesOf('ci')).map((ci) => ({ example, clouds, ci }))),
  );
}

function namesOf(group: GroupName): string[] {
  const { features }: FeatureGroup = GROUPS[group];
  return features.map(({ name }) => name);
}

function subsets([first, ...rest]: readonly string[]): string[][] {
  if (first === undefined) return [[]];
  const without = subsets(rest);
  return [...without, ...without.map((some) => [first, ...some])];
}
