import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a step writes for those after it. */
export interface StepFiles {
  /** Variables that name the files. */
  readonly env: Readonly<Record<string, string>>;
  readonly outputs: () => Record<string, string>;
  readonly variables: () => Record<string, string>;
  readonly paths: () => string[];
  readonly summary: () => string;
}

/** Empty files for one step. https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files */
export function stepFiles(folder: string): StepFiles {
  const names = {
    output: 'GITHUB_OUTPUT',
    variables: 'GITHUB_ENV',
    path: 'GITHUB_PATH',
    summary: 'GITHUB_STEP_SUMMARY',
  };
  const files = Object.fromEntries(Object.values(names).map((name) => [name, join(folder, name)]));
  for (const file of Object.values(files)) writeFileSync(file, '');
  const text = (name: string) => readFileSync(files[name] ?? '', 'utf8');
  return {
    env: files,
    outputs: () => assignmentsIn(text(names.output)),
    variables: () => assignmentsIn(text(names.variables)),
    paths: () => text(names.path).split('\n').filter(Boolean),
    summary: () => text(names.summary),
  };
}

/** Lines `name=value`, and `name<<END`, lines, `END`. */
export function assignmentsIn(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, name = '', sign, rest = ''] = /^([^=<]+)(=|<<)(.*)$/.exec(line) ?? [];
    if (sign === '=') found[name] = rest;
    else if (sign === '<<')
      found[name] = lines
        .splice(0, lines.indexOf(rest) + 1)
        .slice(0, -1)
        .join('\n');
    else if (line !== '') throw new Error(`GitHub takes no such line: ${line}`);
  }
  return found;
}
