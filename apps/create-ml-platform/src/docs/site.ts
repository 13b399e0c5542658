import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { git } from '../release/git.ts';
import { TEMPLATES } from '../features.ts';
import type { Tree } from '../template/template.ts';
import type { Site } from './links.ts';

const PAGE = /\.md$/;

/** The pages of this repository as it lies here; those under `templates` have their place in a project. */
export function siteOf(repository: string): Site {
  const listed = git(repository, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  const files = listed.filter((path) => existsSync(join(repository, path)));
  const pages = files.filter((path) => PAGE.test(path) && !path.startsWith(`${TEMPLATES}/`));
  return { files, pages: new Map(pages.map((path) => [path, readFileSync(join(repository, path), 'utf8')])) };
}

/** The pages of a project. */
export function siteOfTree(tree: Tree): Site {
  const pages = [...tree].filter(([path]) => PAGE.test(path));
  return {
    files: [...tree.keys()],
    pages: new Map(pages.map(([path, { content }]) => [path, Buffer.from(content).toString()])),
  };
}
