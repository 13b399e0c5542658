import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseCommandLine } from '../cli/command-line.ts';

/** Says what is wrong with a command of the docs: one that isn't there, or a flag that it doesn't have. */
export type ProblemOf = (words: readonly string[]) => Promise<string | undefined>;

const NAME = /^[a-z][a-z-]*$/;
const FLAG = /^--[a-z][a-z0-9-]*/;
const PLATFORM = 'apps/platform/bin/platform.mjs';

/** Looks at this workspace as it is: its scripts, generators, and what `--help` of its commands says. */
export function problemsIn(workspace: string): ProblemOf {
  const json = (path: string) => JSON.parse(readFileSync(join(workspace, path), 'utf8'));
  const { scripts }: { scripts: Record<string, string> } = json('package.json');
  const help = helpIn(workspace);

  const npm = ([command = '', name = '']: readonly string[]): string | undefined => {
    const script = command === 'run' ? name : ['test', 'start'].includes(command) ? command : undefined;
    return script === undefined || script in scripts ? undefined : `package.json has no script ${script}`;
  };
  const platform = async (words: readonly string[]): Promise<string | undefined> => {
    const [name = '', second = ''] = words;
    if (!NAME.test(name) || name === 'dvc') return undefined;
    const text = await help(PLATFORM, [name]);
    if (text === '') return `there is no npx platform ${name}`;
    const below = [...text.matchAll(new RegExp(`npx platform ${name} ([a-z][a-z-]*)`, 'g'))].map(([, sub]) => sub);
    if (below.length === 0 || !NAME.test(second)) return unknownFlag(words, text);
    if (!below.includes(second)) return `npx platform ${name} has no ${second}`;
    return unknownFlag(words, `${text}\n${await help(PLATFORM, [name, second])}`);
  };
  const generate = ([name = '', ...words]: readonly string[]): string | undefined => {
    const file = `generators/${name}/schema.json`;
    if (!existsSync(join(workspace, file))) return `there is no generator ${name}`;
    const options = ['help', 'dry-run', ...Object.keys(json(file).properties)].map((option) => `--${option}`);
    return unknownFlag(words, options.join('\n'));
  };
  const stack = async ([name = '', ...words]: readonly string[]): Promise<string | undefined> => {
    const text = await help('infra/conventions/bin/stack.mjs', []);
    return new RegExp(`^ +${name} `, 'm').test(text) ? unknownFlag(words, text) : `stacks have no command ${name}`;
  };
  const nx = ([command = '', target = '', ...words]: readonly string[]) => {
    if (target === '') return undefined;
    if (command === 'g' || command === 'generate') return generate([target, ...words]);
    const [project = '', name = ''] = target.split(':');
    return command === 'run' && project.startsWith('infra-') ? stack([name, ...words]) : undefined;
  };

  return async ([program = '', ...words]) => {
    if (program === 'npm') return npm(words);
    const [command = '', ...rest] = program === 'npx' ? words : [program, ...words];
    if (command === 'platform') return platform(rest);
    if (command === 'nx') return nx(rest);
    if (/^create-ml-platform(?:@\S+)?$/.test(command)) return createProblem(rest);
    const script = command === 'node' ? rest.find((word) => !word.startsWith('-')) : undefined;
    return script === undefined || existsSync(join(workspace, script)) ? undefined : `there is no file ${script}`;
  };
}

function createProblem(words: readonly string[]): string | undefined {
  try {
    parseCommandLine([...words]);
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

function unknownFlag(words: readonly string[], help: string): string | undefined {
  const flags = words.flatMap((word) => FLAG.exec(word)?.[0] ?? []);
  const unknown = flags.find((flag) => flag !== '--help' && !new RegExp(`${flag}(?![\\w-])`).test(help));
  return unknown && `it has no flag ${unknown}`;
}

/** What `--help` prints of a command, each asked once; nothing where there is no such command. */
function helpIn(workspace: string): (file: string, names: readonly string[]) => Promise<string> {
  const asked = new Map<string, Promise<string>>();
  return (file, names) => {
    const key = [file, ...names].join(' ');
    const known = asked.get(key) ?? ask(workspace, file, names);
    asked.set(key, known);
    return known;
  };
}

async function ask(workspace: string, file: string, names: readonly string[]): Promise<string> {
  try {
    const args = [join(workspace, file), ...names, '--help'];
    return (await promisify(execFile)(process.execPath, args, { cwd: workspace })).stdout;
  } catch {
    return '';
  }
}
