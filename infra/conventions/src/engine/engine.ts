import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { pulumiCli } from './pulumi-cli.ts';
import { environmentIn, type StandInModule, writeCommands, writeProject } from './workshop.ts';
import { readStore, type Store, writeStore } from './stand-in-store.ts';

export interface EngineProject {
  /** The folder with Pulumi.yaml and the stack files. */
  readonly folder: string;
  /** By provider, such as `aws`. */
  readonly standIns: Readonly<Record<string, StandInModule>>;
}

export interface EngineRun {
  readonly exitCode: number;
  readonly stdout: string;
  /** Of both streams, in order. */
  readonly output: string;
}

export interface Change {
  readonly urn: string;
  /** Such as `create`, `update`, `replace` or `delete`. */
  readonly op: string;
}

/** Pulumi's own engine at one project, with its state in a temporary folder and stand-ins for the clouds. */
export interface Engine {
  /** Where the project is, and by what variables it is worked on: for commands that start Pulumi themselves. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Makes a stack from its file; the other methods are about the one that was begun last. */
  readonly begin: (stack: string) => Promise<void>;
  /** Sets a value before what the stack's file says: `set('keys.deletionDays', '8')`, `set('token', 'x', '--secret')`. */
  readonly set: (path: string, value: string, ...flags: string[]) => Promise<void>;
  /** Runs a command: `run('up', '--yes')`, `run('state unprotect', '--all')`. */
  readonly run: (command: string, ...args: string[]) => Promise<EngineRun>;
  /** What a preview would do: the URN and operation of each resource that doesn't stay the same. */
  readonly changes: () => Promise<readonly Change[]>;
  /** From now on commands see these variables, such as the release that an update brings. */
  readonly setVariables: (variables: Readonly<Record<string, string>>) => void;
  /** From now on a stand-in cloud fails at this, such as `create:lake` for what has `lake` in its name; at nothing: ``. */
  readonly failAt: (operation: string) => void;
  /** The stack's state, as it is stored. */
  readonly state: () => Promise<string>;
  /** What a stand-in cloud has. */
  readonly readStore: (provider: string) => Store;
  readonly writeStore: (provider: string, store: Store) => void;
  readonly close: () => Promise<void>;
}

/** `undefined` where there is no engine: see {@link pulumiCli}. */
export async function openEngine({ folder, standIns }: EngineProject): Promise<Engine | undefined> {
  const cli = await pulumiCli();
  if (cli === undefined) return undefined;
  const home = await mkdtemp(join(tmpdir(), 'pulumi-'));
  const project = join(home, 'project');
  const storeOf = (provider: string) => join(home, 'stores', `${provider}.json`);
  await Promise.all(['bin', 'state', 'stores'].map((name) => mkdir(join(home, name))));
  await writeCommands(join(home, 'bin'), standIns, storeOf);
  await writeProject(project, folder);
  let current = '';
  let failure = '';
  let variables: Readonly<Record<string, string>> = {};
  const run = async (...args: string[]): Promise<EngineRun> => {
    const flags = ['--non-interactive', '--color=never'];
    const env = { ...environmentIn(home), ...variables, STAND_IN_FAILURE: failure };
    const options = { cwd: project, env, extendEnv: false, all: true, reject: false } as const;
    const result = await execa(cli, [...args, ...flags], options);
    return { exitCode: result.exitCode ?? 1, stdout: result.stdout, output: result.all };
  };
  const must = async (...args: string[]): Promise<string> => {
    const { exitCode, stdout, output } = await run(...args);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(' ')} ended with ${exitCode}: ${output}`);
    return stdout;
  };
  if (cli !== 'pulumi') await symlink(cli, join(home, 'bin', 'pulumi'));
  return {
    folder: project,
    environment: environmentIn(home),
    begin: async (stack) => {
      current = stack;
      await must('stack', 'init', stack, '--secrets-provider', 'passphrase');
    },
    set: async (path, value, ...flags) => {
      await must('config', 'set', '--stack', current, '--path', ...flags, path, value);
    },
    run: (command, ...args) => run(...command.split(' '), '--stack', current, ...args),
    changes: async () => {
      const { steps } = JSON.parse(await must('preview', '--stack', current, '--json')) as { steps: Change[] };
      return steps.filter(({ op }) => op !== 'same').map(({ urn, op }) => ({ urn, op }));
    },
    setVariables: (given) => {
      variables = given;
    },
    failAt: (operation) => {
      failure = operation;
    },
    state: () => must('stack', 'export', '--stack', current),
    readStore: (provider) => readStore(storeOf(provider)),
    writeStore: (provider, store) => writeStore(storeOf(provider), store),
    close: () => rm(home, { recursive: true, force: true }),
  };
}
