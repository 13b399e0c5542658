import { type Changes, changesBetween } from '../apply/changes.ts';
import { askGit, runGit } from '../apply/git-process.ts';
import { storeTree, withScratchObjects } from '../apply/git-trees.ts';
import type { Template } from '../template/template.ts';
import type { Project } from './project.ts';
import { renderVersion } from './render-version.ts';

export interface Difference {
  readonly version: string;
  readonly files: Changes;
  /** A unified diff by Git, where it was asked for. */
  readonly patch?: string;
}

/** How what is committed differs from the recorded version's rendering; nothing is touched. */
export function difference(project: Project, template: Template, withPatch: boolean): Difference {
  const { version, prefix } = project;
  const rendered = renderVersion(template, project, project.folder);
  return withScratchObjects(project.repository.folder, (repository) => {
    const from = storeTree(repository, rendered);
    const to = askGit(repository, ['rev-parse', '--verify', prefix === '' ? 'HEAD^{tree}' : `HEAD:${prefix}`]);
    const files = changesBetween(repository, from, to);
    if (!withPatch) return { version, files };
    const args = ['diff-tree', '-r', '-p', '-M', '-l0', '--no-ext-diff', '--no-textconv', '--no-color', from, to];
    return { version, files, patch: runGit({ repository, args }).stdout };
  });
}
