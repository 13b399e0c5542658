import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '../template/template.ts';
import { openPlacing, placeInto, placeWhole } from './place.ts';
import { reconcile } from './reconcile.ts';
import { describeSystemError } from './system-error.ts';
import { checkIsFresh, type Target } from './target.ts';
import { temporaryName } from './temporary-folder.ts';
import { writeTree } from './write-tree.ts';

export interface ProjectToWrite {
  readonly target: Target;
  /** Of the folder; the temporary folder is named after it. */
  readonly name: string;
  readonly tree: Tree;
  /** Says what is made; compared when an interrupted run is repeated. */
  readonly request: string;
  /** Runs in the finished files before anyone sees them. */
  readonly finish: (folder: string) => void;
}

/** Makes a project beside its target and moves it there in one go; whatever fails leaves nothing. Returns the tree as written. */
export function writeProject({ target, name, tree, request, finish }: ProjectToWrite): Tree {
  const home = target.kind === 'whole' ? target.parent : target.path;
  const temporary = join(home, temporaryName(name));
  try {
    mkdirSync(temporary);
    if (target.kind === 'whole') {
      writeTree(temporary, tree);
      finish(temporary);
      placeWhole(temporary, target.path);
      return tree;
    }
    const folder = openPlacing(temporary, { pid: process.pid, request });
    const reconciled = reconcile(tree, target.path, target.existing);
    writeTree(folder, reconciled);
    finish(folder);
    checkIsFresh(target.path, name, readdirSync(target.path));
    placeInto(temporary, name);
    return reconciled;
  } catch (thrown) {
    rmSync(temporary, { recursive: true, force: true });
    throw describeSystemError(thrown, home);
  }
}
