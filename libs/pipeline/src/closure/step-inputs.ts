import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { StepDocument } from '../document/document.ts';
import { toPosix } from '../workspace/to-posix.ts';
import { importClosure } from './import-closure.ts';

export interface StepInputs {
  /** Paths relative to the workspace, with `/`: code, SQL, Python modules, the Python lock. */
  readonly files: readonly string[];
  /** npm packages that the code imports. */
  readonly packages: readonly string[];
}

/** What a step's result depends on, besides its parameters and input artifacts; Nx's and DVC's view are made from it. */
export function stepInputs({ runner }: StepDocument, project: string, workspace: string): StepInputs {
  const entries = [join(project, runner.module)];
  if (runner.language === 'python') entries.push(join(project, runner.requirements));
  const { files, packages } = importClosure(entries.filter(existsSync), workspace);
  return { files: files.map((file) => toPosix(relative(workspace, file))), packages };
}
