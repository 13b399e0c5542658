import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { afterRelease, keptIn, type Release } from '@ml-platform/registry/release';
import type { Image } from './serve-image.ts';
import { runServer, stopServer } from './server-process.ts';

/**
 * Stands in for the command `pulumi` where a deploy is tested: a stack has no more than a model server, which is a real one on
 * this machine. What an image holds stands in `images.json`, by digest; what a stack says beside its releases, in
 * `outputs.json`, by stack. All state is in the folder STAND_IN_PULUMI.
 */

interface StackState {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly history: readonly object[];
  readonly server?: { readonly pid: number; readonly port: number };
}

const FOLDER = process.env.STAND_IN_PULUMI ?? '';
const NEW: StackState = { outputs: {}, history: [] };

type Flags = ReturnType<typeof readFlags>;

const COMMANDS: Readonly<Record<string, (stack: string, flags: Flags) => Promise<void> | void>> = {
  version: () => print('v3.259.0'),
  login: () => undefined,
  whoami: () => print('somebody'),
  init: (stack) => write(stack, NEW),
  select: (stack, { values: { create } }) => {
    if (create && !existsSync(fileOf(stack))) write(stack, NEW);
    else read(stack);
  },
  output: (stack, { positionals }) => {
    const outputs = { ...saidBeside(stack), ...read(stack).outputs };
    const name = positionals[2];
    print(JSON.stringify(name === undefined ? outputs : outputs[name]));
  },
  history: (stack) => print(JSON.stringify(read(stack).history)),
  export: (stack) => {
    read(stack);
    print(JSON.stringify({ version: 3, deployment: {} }));
  },
  preview,
  up,
  refresh: (stack) => void read(stack),
  rm: (stack) => rmSync(fileOf(stack)),
  destroy: async (stack) => {
    await stopServer(read(stack).server?.pid);
    write(stack, NEW);
  },
};

const flags = readFlags(process.argv.slice(2));
try {
  const words = flags.positionals.filter((word) => word !== 'stack');
  const [name = '', given] = words;
  const command = COMMANDS[name];
  if (!command) throw new Error(`the stand-in knows no command '${flags.positionals.join(' ')}'`);
  await command(flags.values.stack ?? given ?? '', flags);
} catch (thrown) {
  process.stderr.write(`error: ${(thrown as Error).message}\n`);
  process.exitCode = 255;
}

function readFlags(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const texts = {
    stack: text,
    message: text,
    cwd: text,
    'event-log': text,
    'policy-pack': text,
    'secrets-provider': text,
  };
  const flags = { yes: flag, json: flag, create: flag, 'expect-no-changes': flag, 'preview-only': flag };
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { ...texts, ...flags, 'non-interactive': flag },
  });
}

function preview(stack: string, { values }: Flags): void {
  const state = read(stack);
  const next = nextReleases(state);
  const isSame = isDeepStrictEqual(next, keptIn(state.outputs));
  const op = state.server === undefined ? 'create' : next.release === undefined ? 'delete' : 'update';
  const urn = `urn:pulumi:${stack}::ml-platform::aws:sagemaker/model:Model::server`;
  const step = { resourcePreEvent: { metadata: { op, urn, type: 'aws:sagemaker/model:Model', diffs: ['image'] } } };
  if (values['event-log']) writeFileSync(values['event-log'], isSame ? '' : `${JSON.stringify(step)}\n`);
  print(isSame ? 'no changes' : `1 to ${op}`);
  if (values['expect-no-changes'] && !isSame) throw new Error('no changes were expected');
}

async function up(stack: string, { values }: Flags): Promise<void> {
  const state = read(stack);
  const startTime = new Date().toISOString();
  const ended = (result: string) => {
    return { kind: 'update', result, message: values.message ?? '', startTime, endTime: new Date().toISOString() };
  };
  const next = nextReleases(state);
  const image = next.release && imageOf(next.release);
  if (image?.breaksUpdate) {
    write(stack, { ...state, history: [ended('failed'), ...state.history] });
    throw new Error('the stand-in was told to fail this update');
  }
  const isServed = state.server !== undefined && isDeepStrictEqual(next.release, keptIn(state.outputs).release);
  if (!isServed) await stopServer(state.server?.pid);
  const port = state.server?.port ?? 0;
  const name = next.release?.model.name ?? '';
  const log = join(FOLDER, 'logs', `${stack}.log`);
  const server = isServed ? state.server : image && (await runServer({ ...image, name, port, log }));
  const url = server && { url: `http://127.0.0.1:${server.port}` };
  write(stack, {
    outputs: { ...next, ...url },
    history: [ended('succeeded'), ...state.history],
    ...(server && { server }),
  });
  print(`updated ${stack}`);
}

/** As the program of a stack does: the variable, or else what it has. */
function nextReleases({ outputs }: StackState) {
  const kept = keptIn(outputs);
  const asked = process.env.STACK_RELEASE;
  if (!asked) return kept;
  return afterRelease(kept, asked === 'none' ? undefined : (JSON.parse(asked) as Release));
}

function imageOf({ image }: Release): Image {
  const images = JSON.parse(readFileSync(join(FOLDER, 'images.json'), 'utf8')) as Record<string, Image>;
  const found = images[image.digest];
  if (found) return found;
  throw new Error(`there is no image ${image.name}@${image.digest}`);
}

function saidBeside(stack: string): Readonly<Record<string, unknown>> {
  const file = join(FOLDER, 'outputs.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8'))[stack] ?? {}) : {};
}

function fileOf(stack: string): string {
  return join(FOLDER, 'stacks', `${stack}.json`);
}

function read(stack: string): StackState {
  if (existsSync(fileOf(stack))) return JSON.parse(readFileSync(fileOf(stack), 'utf8')) as StackState;
  throw new Error(`no stack named '${stack}' found`);
}

function write(stack: string, state: StackState): void {
  mkdirSync(dirname(fileOf(stack)), { recursive: true });
  writeFileSync(fileOf(stack), JSON.stringify(state));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
