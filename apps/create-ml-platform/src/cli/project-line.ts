import { parseArgs } from 'node:util';
import type { DoctorOptions } from '../doctor/doctor-command.ts';
import { isVersion } from '../update/version.ts';
import { checkFlags, explained, usage } from './flags.ts';

/** The commands that work in a project. */
export const PROJECT_COMMANDS = ['update', 'add', 'remove', 'diff', 'doctor'] as const;
export type ProjectCommandName = (typeof PROJECT_COMMANDS)[number];

interface MergeLine {
  readonly dryRun: boolean;
  readonly install: boolean;
  readonly json: boolean;
}

export type ProjectCommand =
  | { readonly kind: 'abort'; readonly json: boolean }
  | ({ readonly kind: 'update'; readonly version: string | undefined; readonly force: boolean } & MergeLine)
  | ({ readonly kind: 'add' | 'remove'; readonly features: readonly string[] } & MergeLine)
  | { readonly kind: 'diff'; readonly patch: boolean; readonly json: boolean }
  | ({ readonly kind: 'doctor' } & DoctorOptions);

const COMMON = {
  debug: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
} as const;
const MERGE = {
  ...COMMON,
  abort: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'no-install': { type: 'boolean' },
} as const;
const UPDATE = { ...MERGE, force: { type: 'boolean' } } as const;
const DOCTOR = { ...COMMON, offline: { type: 'boolean' }, strict: { type: 'boolean' } } as const;
const DIFF = { ...COMMON, patch: { type: 'boolean', short: 'p' } } as const;

/** Reads what follows the name of a command. */
export function parseProjectLine(
  name: ProjectCommandName,
  args: readonly string[],
): ProjectCommand | { readonly kind: 'help'; readonly of: ProjectCommandName } {
  if (name === 'diff') return parseDiff(args);
  if (name === 'doctor') return parseDoctor(args);
  return name === 'update' ? parseUpdate(args) : parseFeatures(name, args);
}

function parseDiff(args: readonly string[]): ReturnType<typeof parseProjectLine> {
  const { values, positionals } = read(args, DIFF, 'diff');
  if (values.help) return { kind: 'help', of: 'diff' };
  if (positionals.length > 0) throw usage(`diff takes no names, got ${positionals.join(' ')}`, see('diff'));
  return { kind: 'diff', patch: values.patch === true, json: values.json === true };
}

function parseDoctor(args: readonly string[]): ReturnType<typeof parseProjectLine> {
  const { values, positionals } = read(args, DOCTOR, 'doctor');
  const { help, offline = false, strict = false, json = false, debug = false } = values;
  if (help) return { kind: 'help', of: 'doctor' };
  if (positionals.length > 0) throw usage(`doctor takes no names, got ${positionals.join(' ')}`, see('doctor'));
  return { kind: 'doctor', offline, strict, json, debug };
}

function parseUpdate(args: readonly string[]): ReturnType<typeof parseProjectLine> {
  const { values, positionals } = read(args, UPDATE, 'update');
  if (values.help) return { kind: 'help', of: 'update' };
  if (values.abort) return abortLine('update', positionals, values.json);
  const [version, ...rest] = positionals;
  if (rest.length > 0) throw usage(`expected one version, got ${positionals.join(' ')}`, see('update'));
  if (version !== undefined && !isVersion(version)) {
    const hint = 'npx create-ml-platform@latest update takes the newest';
    throw usage(`'${version}' is no version: expected one like 1.2.3`, hint);
  }
  return { kind: 'update', version, force: values.force === true, ...mergeLine(values) };
}

function parseFeatures(kind: 'add' | 'remove', args: readonly string[]): ReturnType<typeof parseProjectLine> {
  const { values, positionals } = read(args, MERGE, kind);
  if (values.help) return { kind: 'help', of: kind };
  if (values.abort) return abortLine(kind, positionals, values.json);
  if (positionals.length === 0) throw usage(`${kind} needs the name of a feature`, see(kind));
  return { kind, features: positionals, ...mergeLine(values) };
}

function abortLine(of: ProjectCommandName, names: readonly string[], json: boolean | undefined): ProjectCommand {
  if (names.length === 0) return { kind: 'abort', json: json === true };
  throw usage(`--abort takes nothing else, got ${names.join(' ')}`, see(of));
}

function mergeLine(values: { 'dry-run'?: boolean; 'no-install'?: boolean; json?: boolean }): MergeLine {
  return {
    dryRun: values['dry-run'] === true,
    install: values['no-install'] !== true,
    json: values.json === true,
  };
}

function read<T extends typeof MERGE | typeof UPDATE | typeof DIFF | typeof DOCTOR>(
  args: readonly string[],
  options: T,
  of: ProjectCommandName,
) {
  checkFlags(args, options, see(of));
  return explained(() => parseArgs({ args: [...args], options, allowPositionals: true, strict: true }), see(of));
}

function see(command: ProjectCommandName): string {
  return `see npx create-ml-platform ${command} --help`;
}
