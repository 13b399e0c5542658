import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { isOurs } from './temporary-folder.ts';

export type Target =
  /** Nothing there, or an empty folder that can be replaced as a whole. */
  | { readonly kind: 'whole'; readonly parent: string; readonly path: string }
  /** The folder we stand in, a link, a mount, or a fresh clone: files move in one by one. */
  | { readonly kind: 'inPlace'; readonly path: string; readonly existing: readonly string[] };

// What a code host puts into a new repository, and what desktops leave in any folder.
const FRESH_CLONE = /^(?:\.git|\.gitignore|\.gitattributes|README.*|LICEN[CS]E.*)$/i;
const NOISE = ['.DS_Store', 'Thumbs.db', 'desktop.ini'];

/** Decides how a project gets to `folder` (a name in `cwd`, or `.`), and refuses a folder with other files. */
export function inspectTarget(cwd: string, folder: string): Target {
  const path = folder === '.' ? cwd : join(cwd, folder);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return { kind: 'whole', parent: cwd, path };
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw refused(`${folder} exists and isn't a folder`);
  const existing = readdirSync(path).filter((entry) => !NOISE.includes(entry));
  const isMount = folder !== '.' && stat.dev !== lstatSync(cwd).dev;
  const isEmpty = readdirSync(path).length === 0;
  if (folder !== '.' && isEmpty && !stat.isSymbolicLink() && !isMount) return { kind: 'whole', parent: cwd, path };
  return { kind: 'inPlace', path: realpathSync(path), existing };
}

/** Refuses what isn't an empty folder or a fresh clone; our own leftovers don't count. */
export function checkIsFresh(folder: string, name: string, existing: readonly string[]): void {
  const foreign = existing.filter((entry) => !FRESH_CLONE.test(entry) && !isOurs(entry, name));
  if (foreign.length === 0) return;
  if (existing.includes('platform.json')) {
    const hint = 'if its install was interrupted, run `npm install` there; else pick another name';
    throw new PlatformError(`${folder} already holds a project (it has a platform.json)`, { code: 'usage', hint });
  }
  const shown = foreign.slice(0, 3).join(', ');
  const more = foreign.length > 3 ? ` and ${foreign.length - 3} more` : '';
  throw refused(`${folder} has files in it: ${shown}${more}`);
}

function refused(what: string): PlatformError {
  return new PlatformError(`${what}; expected an empty folder or a fresh clone (.git, README, LICENSE, .gitignore)`, {
    code: 'usage',
    hint: 'pick another name, or move what is there away',
  });
}
