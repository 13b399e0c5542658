import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type GivenAnswers, resolveAnswers } from '../answers/answers.ts';
import { render } from '../render/render.ts';
import type { Template } from '../template/template.ts';
import { writeTree } from '../write/write-tree.ts';
import { plainEnvironment } from './packed-command.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A committed project in a repository of its own, and what a team does in it. */
export interface TeamProject {
  readonly folder: string;
  readonly git: (...args: string[]) => string;
  readonly read: (path: string) => string;
  readonly has: (path: string) => boolean;
  readonly edit: (path: string, text: string) => void;
  readonly remove: (path: string) => void;
  readonly commit: () => void;
  /** What Git says of the work tree: `M  a.txt`. */
  readonly status: () => string[];
}

/** Makes a project as `create` does, optionally in a folder of a larger repository. */
export function teamProject(template: Template, given: Partial<GivenAnswers> = {}, within = ''): TeamProject {
  const top = temporaryFolder();
  const folder = join(top, within);
  mkdirSync(folder, { recursive: true });
  const project = projectAt(folder);
  project.git('init', '--quiet', '-b', 'main', top);
  writeTree(folder, render(template, resolveAnswers({ name: 'acme', ...given })));
  project.commit();
  return project;
}

function projectAt(folder: string): TeamProject {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', env: plainEnvironment() });
  return {
    folder,
    git,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    has: (path) => existsSync(join(folder, path)),
    edit: (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    remove: (path) => rmSync(join(folder, path), { recursive: true }),
    commit: () => {
      git('add', '--all', ':/');
      git('commit', '--quiet', '-m', 'change');
    },
    status: () =>
      git('status', '--porcelain')
        .split('\n')
        .filter((line) => line !== ''),
  };
}

/** An npm that runs the given shell script; returns the folder to put first on the PATH. */
export function fakeNpm(script: string): string {
  const tools = temporaryFolder();
  writeFileSync(join(tools, 'npm'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(tools, 'npm'), 0o755);
  return tools;
}
