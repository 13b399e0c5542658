import { relative } from 'node:path';
import type { Answers } from '../answers/answers.ts';
import { BASE, type Feature, GROUPS } from '../features.ts';
import type { GitOutcome } from '../steps/git.ts';
import type { Template, Tree } from '../template/template.ts';
import type { Target } from '../write/target.ts';

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

interface Made extends Pick<Report, 'answers' | 'dryRun'> {
  readonly template: Template;
  readonly target: Target;
  readonly tree: Tree;
  readonly git: GitOutcome;
  readonly install: Report['steps']['install'];
}

export function reportOn({ template, answers, target, tree, git, install, dryRun }: Made): Report {
  return {
    path: target.path,
    name: answers.name,
    version: template.version,
    answers,
    dryRun,
    files: [...tree.keys()],
    size: totalSize(tree),
    steps: { git: git.state, install },
    warnings: git.warning ? [git.warning] : [],
  };
}

function totalSize(tree: Tree): number {
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
    firstCommand(answers),
  ].filter((command) => command);
  const notes = warnings.map((warning) => `note: ${warning}\n`).join('');
  return `${name}: ${files.length} files in ${path}\n${notes}\nNext:\n${commands.map((command) => `  ${command}\n`).join('')}`;
}

function firstCommand({ example }: Answers): string | undefined {
  const features: readonly Feature[] = GROUPS.example.features;
  return (features.find(({ name }) => name === example) ?? BASE).firstCommand;
}
