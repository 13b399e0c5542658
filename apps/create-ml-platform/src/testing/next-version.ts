import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OWN_SCOPE = '@ml-platform';
const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

/** A folder of text files, changed as a person does in an editor. */
export interface Editor {
  readonly folder: string;
  readonly read: (path: string) => string;
  readonly write: (path: string, text: string) => void;
  /** Puts one text for another that must be there. */
  readonly replace: (path: string, from: string, to: string) => void;
  readonly remove: (path: string) => void;
}

export function editorOf(folder: string): Editor {
  const read: Editor['read'] = (path) => readFileSync(join(folder, path), 'utf8');
  const write: Editor['write'] = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  return {
    folder,
    read,
    write,
    replace: (path, from, to) => {
      const text = read(path);
      if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
      write(path, text.replace(from, to));
    },
    remove: (path) => rmSync(join(folder, path), { recursive: true }),
  };
}

/** A copy of this repository as it lies here, with its packages, from which another version can be made and packed. */
export function copyRepository(folder: string): Editor {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: REPOSITORY,
    encoding: 'utf8',
  });
  for (const path of listed.split('\0').filter((path) => path !== '' && existsSync(join(REPOSITORY, path)))) {
    cpSync(join(REPOSITORY, path), join(folder, path));
  }
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  for (const owner of ['', 'apps/create-ml-platform/']) linkPackages(folder, `${owner}node_modules`);
  return editorOf(folder);
}

/** Packages of others are this repository's; the workspace's own are the copy's. */
function linkPackages(folder: string, modules: string): void {
  mkdirSync(join(folder, modules));
  for (const name of readdirSync(join(REPOSITORY, modules))) {
    if (name === OWN_SCOPE) linkOwn(folder, join(modules, name));
    else symlinkSync(join(REPOSITORY, modules, name), join(folder, modules, name));
  }
}

function linkOwn(folder: string, scope: string): void {
  mkdirSync(join(folder, scope));
  for (const name of readdirSync(join(REPOSITORY, scope))) {
    const own = ['libs', 'apps'].map((kind) => join(folder, kind, name)).find((path) => existsSync(path));
    if (own) symlinkSync(own, join(folder, scope, name));
  }
}
