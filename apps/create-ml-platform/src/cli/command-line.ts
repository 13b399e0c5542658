import { parseArgs } from 'node:util';
import { checkFlags, explained, usage } from './flags.ts';
import { PROJECT_COMMANDS, type ProjectCommand, type ProjectCommandName, parseProjectLine } from './project-line.ts';

const FLAGS = {
  answers: { type: 'string' },
  ci: { type: 'string' },
  clouds: { type: 'string' },
  debug: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  example: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  name: { type: 'string' },
  remote: { type: 'string' },
  'no-git': { type: 'boolean' },
  'no-install': { type: 'boolean' },
  version: { type: 'boolean', short: 'v' },
  yes: { type: 'boolean', short: 'y' },
} as const;

export interface CreateOptions {
  /** A folder's name, or `.`; undefined when it wasn't typed. */
  readonly folder: string | undefined;
  readonly name: string | undefined;
  readonly example: string | undefined;
  readonly clouds: readonly string[] | undefined;
  readonly ci: readonly string[] | undefined;
  readonly remote: string | undefined;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly install: boolean;
  readonly git: boolean;
  readonly json: boolean;
}

export type Command =
  | { readonly kind: 'help'; readonly of?: ProjectCommandName }
  | { readonly kind: 'version' }
  | { readonly kind: 'render'; readonly answers: string; readonly json: boolean }
  | ProjectCommand
  | ({ readonly kind: 'create' } & CreateOptions);

/** Reads the command line; an unknown flag is refused with the one that was probably meant. */
export function parseCommandLine(args: readonly string[]): Command {
  const named = PROJECT_COMMANDS.find((name) => name === args[0]);
  if (named) return parseProjectLine(named, args.slice(1));
  const { values, positionals } = parse(args);
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  if (positionals[0] === 'render') return renderCommand(values.answers, values.json === true);
  if (positionals.length > 1) throw usage(`expected one name, got ${positionals.length}: ${positionals.join(' ')}`);
  if (values.answers !== undefined) throw usage('--answers belongs to the render command');
  return {
    kind: 'create',
    folder: positionals[0],
    name: values.name,
    example: values.example,
    clouds: splitList(values.clouds),
    ci: splitList(values.ci),
    remote: values.remote,
    yes: values.yes === true,
    dryRun: values['dry-run'] === true,
    install: values['no-install'] !== true,
    git: values['no-git'] !== true,
    json: values.json === true,
  };
}

function renderCommand(answers: string | undefined, json: boolean): Command {
  if (answers !== undefined) return { kind: 'render', answers, json };
  throw usage('render needs answers', `pass for example --answers '{"name":"acme","example":"none"}'`);
}

function parse(args: readonly string[]) {
  checkFlags(args, FLAGS);
  return explained(() => parseArgs({ args: [...args], options: FLAGS, allowPositionals: true, strict: true }));
}

function splitList(value: string | undefined): string[] | undefined {
  return value?.split(',').flatMap((item) => item.trim() || []);
}
