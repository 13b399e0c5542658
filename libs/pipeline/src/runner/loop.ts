import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import type { StepDocument } from '../document/document.ts';
import { SKIP_MARKER } from './layout.ts';
import { nameOf, type Place } from './place.ts';

/**
 * Of a loop, the outputs of one item: in a folder per output, a numbered file or folder.
 */
export async function itemPaths(
  { outputs }: Pick<StepDocument, 'outputs'>,
  folder: string,
  index: number,
): Promise<Record<string, string>> {
  const entries = Object.entries(outputs).map(async ([name, { path }]) => {
    await mkdir(join(folder, path), { recursive: true });
    return [name, join(folder, path, itemName(path, index))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function itemName(path: string, index: number): string {
  return `${String(index).padStart(6, '0')}${extname(path)}`;
}

/**
 * Refuses an item that a step doesn't have.
 *
 * @throws PlatformError `usage`.
 */
export function checkItem(place: Place, item: number, count: number): void {
  if (item >= 0 && item < count) return;
  const has = count === 0 ? 'has no items' : `has items 0 to ${count - 1}`;
  throw new PlatformError(`${nameOf(place)} ${has}, there is no item ${item}`, {
    code: 'usage',
    hint: `give each index of the list in '${place.described.forEach?.from.step}'`,
  });
}

/** Lets `fill` write one item's outputs, then puts each beside the other items': these may be written at the same time. */
export async function placeItem(
  { outputs, name }: StepDocument,
  target: string,
  index: number,
  fill: (paths: Record<string, string>) => Promise<void>,
): Promise<void> {
  const staging = join(dirname(target), `.${name}.item-${index}`);
  await rm(staging, { recursive: true, force: true });
  try {
    const paths = await itemPaths({ outputs }, staging, index);
    await fill(paths);
    await rm(join(target, SKIP_MARKER), { force: true });
    for (const [output, path] of Object.entries(paths)) {
      const folder = join(target, outputs[output]?.path ?? output);
      await mkdir(folder, { recursive: true });
      await rm(join(folder, basename(path)), { recursive: true, force: true });
      await rename(path, join(folder, basename(path)));
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Leaves the items of a loop, and nothing else, in its folder.
 *
 * @throws PlatformError `notFound` for an item that isn't there.
 */
export async function collectItems(place: Place, target: string, count: number): Promise<void> {
  const { outputs } = place.described;
  const folders = Object.values(outputs).map(({ path }) => path);
  await mkdir(target, { recursive: true });
  for (const name of await readdir(target)) if (!folders.includes(name)) await remove(join(target, name));
  for (const path of folders) {
    const folder = join(target, path);
    await mkdir(folder, { recursive: true });
    const found = new Set(await readdir(folder));
    for (let index = 0; index < count; index++) {
      if (!found.delete(itemName(path, index))) throw missingItem(place, index);
    }
    for (const name of found) await remove(join(folder, name));
  }
}

function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}

function missingItem(place: Place, index: number): PlatformError {
  return new PlatformError(`item ${index} of ${nameOf(place)} isn't there`, {
    code: 'notFound',
    hint: `run it first: run-step --step ${place.described.name} --item ${index}`,
  });
}
