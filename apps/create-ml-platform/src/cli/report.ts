import { relative } from 'node:path';
import type { Answers } from '../answers/answers.ts';
import type { GitOutcome } from '../steps/git.ts';
import type { Tree } from '../template/template.ts';

/** What a create did, as --json prints it. */
export interface Report {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly answers: Answers;
  readonly dryRun: boolean;
  readonly files: readonly string[];
  /** Bytes. */
  readonly size: number;
  readonly steps: { readonly git: GitOutcome['state']; readonly install: 'done' | 'skipped' };
  readonly warnings: readonly string[];
}

export function totalSize(tree: Tree): number {
  return [...tree.values()].reduce((sum, { content }) => sum + content.byteLength, 0);
}

/** The files and their size, for --dry-run. */
export function listing({ files, size, path }: Report): string {
  return `${files.join('\n')}\n\n${files.length} files, ${Math.ceil(size / 1024)} KiB, would go to ${path}\n`;
}

/** What was made and what to type next. */
export function nextSteps({ path, name, answers, steps, files, warnings }: Report, cwd: string): string {
  const folder = relative(cwd, path);
  const commands = [
    folder && `cd ${folder}`,
    steps.install === 'skipped' && 'npm install',
    answers.example === 'none' ? 'npm test' : 'npm start',
  ].filter((command) => command);
  const notes = warnings.map((warning) => `note: ${warning}\n`).join('');
  return `${name}: ${files.length} files in ${path}\n${notes}\nNext:\n${commands.map((command) => `  ${command}\n`).join('')}`;
}
