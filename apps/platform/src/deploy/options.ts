import type { ParseArgsOptionsConfig } from 'node:util';
import { PlatformError } from '@ml-platform/errors';
import { flag, parseOptions, text, texts, wrongUsage } from '../command-line.ts';
import { addressesBelow, type Asking } from './ask.ts';
import type { Plan } from './roll-out.ts';
import { signerOf } from './sign.ts';

export const DEPLOY_HELP = `Brings a release to a stack, and takes it back where it doesn't hold.

  npx platform deploy --env STACK --release FILE     updates the stack, asks it, watches it
  npx platform deploy promote --from STACK --to STACK
                                                     the release that one stack has, in the next
  npx platform deploy rollback --env STACK           the release before, or that of --to FILE
  npx platform deploy status [--env STACK]           which release is where, and since when

  --project NAME      the project of stacks, where there are several: infra-aws
  --url URL           where to ask, in place of the stack's output url; of promote: in the stack it goes to
  --from-url URL      of promote: where the stack is asked that the release comes from
  --header NAME=VARIABLE
                      a header of each question, whose value is in an environment variable, such as a key
  --unasked           doesn't ask at all: the stack can't be reached from here
  --ready 300         seconds until the release has to answer
  --watch 60          seconds that it is watched then; 0: not at all
  --rate 5            questions in a second while it is watched
  --max-errors 1      percent of them that may fail
  --max-p95 1000      milliseconds within which 95 of 100 have to be answered
  --report FILE       writes what came of it as Markdown
  --json              prints what came of it as one line of JSON
  --debug             prints stacks with errors
  --help              prints this

A question is the model's own example, which the release brings along. Addresses of AWS's are asked with the credentials of
the shell.

Exit codes: 0 it is served, 2 wrong usage, 3 the release or a setting is wrong, 5 no Pulumi, or no login, 7 no such stack or
release, 8 it did not hold: what was there before is served again, or the message says why not.
`;

/** Of each command that changes a stack. */
export const PLAN_OPTIONS = {
  ...{ url: text, header: texts, unasked: flag, ready: text, watch: text, rate: text },
  ...{ 'max-errors': text, 'max-p95': text, report: text },
} as const;
export const FROM_OPTIONS = { from: text, to: text, 'from-url': text } as const;
export const STACK_OPTIONS = { env: text } as const;
export const RELEASE_OPTIONS = { release: text } as const;
export const BACK_OPTIONS = { to: text } as const;

/** Of every command: `project`, `json`, `debug`. */
export function readOptions<const Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  return parseOptions('deploy', { args: [...args], options: { project: text, json: flag, debug: flag, ...options } })
    .values;
}

/** @throws PlatformError `usage` where the flag is missing. */
export function needed(value: string | undefined, name: string, what: string): string {
  if (value !== undefined) return value;
  throw usage(`--${name} is needed: ${what}`);
}

export interface PlanFlags {
  readonly url?: string | undefined;
  readonly header?: readonly string[] | undefined;
  readonly unasked?: boolean | undefined;
  readonly ready?: string | undefined;
  readonly watch?: string | undefined;
  readonly rate?: string | undefined;
  readonly 'max-errors'?: string | undefined;
  readonly 'max-p95'?: string | undefined;
}

/** @throws PlatformError `usage` for what is no number, no address, or no variable. */
export function planOf(flags: PlanFlags, env: NodeJS.ProcessEnv = process.env): Plan {
  const headers = headersOf(flags.header ?? [], env);
  if (flags.url !== undefined) addressesBelow(flags.url);
  return {
    readySeconds: numberOf('ready', flags.ready, 300),
    watchSeconds: numberOf('watch', flags.watch, 60),
    rate: numberOf('rate', flags.rate, 5, { least: 0.1, most: 100 }),
    maxErrors: numberOf('max-errors', flags['max-errors'], 1, { most: 100 }),
    maxP95: numberOf('max-p95', flags['max-p95'], 1000, { least: 1 }),
    isTakenBack: true,
    askingOf: flags.unasked ? undefined : (url) => askingOf(flags.url ?? url, headers),
  };
}

/** @throws PlatformError `notFound` for a stack that has no address. */
export function askingOf(url: string | undefined, headers: Asking['headers']): Asking {
  if (url !== undefined) return { ...addressesBelow(url), headers, sign: signerOf(new URL(url)) };
  throw new PlatformError("the stack has no url to ask: it has no output 'url'", {
    code: 'notFound',
    hint: 'switch api on in its file, give --url, or --unasked where it can be reached from elsewhere alone',
  });
}

export function headersOf(given: readonly string[], env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const [, name = '', variable = ''] = /^([\w-]+)=(\w+)$/.exec(pair) ?? [];
      if (name === '') throw usage(`--header is '${pair}', expected NAME=VARIABLE, such as x-api-key=API_KEY`);
      const value = env[variable];
      if (value) return [name.toLowerCase(), value];
      throw usage(`--header ${pair}: the variable ${variable} isn't set`);
    }),
  );
}

function numberOf(
  name: string,
  given: string | undefined,
  standard: number,
  { least = 0, most = 86_400 } = {},
): number {
  if (given === undefined) return standard;
  const value = Number(given);
  if (/^\d+(\.\d+)?$/.test(given) && value >= least && value <= most) return value;
  throw usage(`--${name} is '${given}', expected a number from ${least} to ${most}`);
}

export function usage(message: string): PlatformError {
  return wrongUsage('deploy', message);
}
