import { parseArgs } from 'node:util';
import { messageOf, nearest, PlatformError } from '@ml-platform/errors';

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
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly install: boolean;
  readonly git: boolean;
  readonly json: boolean;
}

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'render'; readonly answers: string; readonly json: boolean }
  | ({ readonly kind: 'create' } & CreateOptions);

/** Reads the command line; an unknown flag is refused with the one that was probably meant. */
export function parseCommandLine(args: readonly string[]): Command {
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
  checkFlags(args);
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true, strict: true });
  } catch (thrown) {
    throw usage(explain(messageOf(thrown)), undefined, thrown);
  }
}

/** Node's words for a flag's value in fewer: `Option '--example <value>' argument missing`. */
function explain(message: string): string {
  const [, flag] = /'(?:-\w, )?(--[\w-]+)/.exec(message) ?? [];
  if (flag && /missing|ambiguous/.test(message)) return `${flag} needs a value`;
  if (flag && message.includes('does not take an argument')) return `${flag} takes no value`;
  return message.split(/[\n.]/, 1)[0] ?? message;
}

function checkFlags(args: readonly string[]): void {
  const { tokens } = parseArgs({
    args: [...args],
    options: FLAGS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const unknown = tokens.find((token) => token.kind === 'option' && !Object.hasOwn(FLAGS, token.name));
  if (unknown?.kind !== 'option') return;
  const flag = unknown.rawName;
  const meant = nearest(unknown.name, Object.keys(FLAGS));
  throw usage(`unknown flag ${flag}`, meant ? `did you mean --${meant}?` : undefined);
}

function splitList(value: string | undefined): string[] | undefined {
  return value?.split(',').flatMap((item) => item.trim() || []);
}

function usage(message: string, hint = 'see npx create-ml-platform --help', cause?: unknown): PlatformError {
  return new PlatformError(message, { code: 'usage', hint, cause });
}
