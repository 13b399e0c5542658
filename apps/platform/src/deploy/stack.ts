import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PlatformError, suggest } from '@ml-platform/errors';
import { type KeptReleases, keptIn, type Release } from '@ml-platform/registry/release';
import { execa } from 'execa';
import { runNx } from '../run-nx.ts';

/** A stack, as far as a deploy has to do with it. */
export interface Stack {
  readonly name: string;
  /** What it says of itself; undefined for one that hasn't been made. */
  readonly read: () => Promise<StackOutputs | undefined>;
  /** Brings a release, or takes the one that is there away, and waits until the cloud is done. */
  readonly up: (release: Release | undefined) => Promise<void>;
  /** The newest first. */
  readonly history: () => Promise<readonly StackUpdate[]>;
}

export interface StackOutputs extends KeptReleases {
  readonly url?: string;
}

/** Of what `pulumi stack history` says of an update. */
export interface StackUpdate {
  readonly kind: string;
  readonly result: string;
  readonly message: string;
  /** ISO 8601. */
  readonly endTime: string;
}

export interface StackProject {
  /** As Nx calls it: `infra-aws`. */
  readonly name: string;
  /** Absolute path of the folder with Pulumi.yaml. */
  readonly folder: string;
  /** The stacks that have a file. */
  readonly stacks: readonly string[];
}

/**
 * The project of stacks of that name, or the only one.
 *
 * @throws PlatformError `notFound` where there is none, `usage` where one has to be named.
 */
export function findProject(workspace: string, name?: string): StackProject {
  const projects = globSync('infra/*/Pulumi.yaml', { cwd: workspace }).map((file) => readProject(workspace, file));
  const [first, ...others] = projects.filter((project) => name === undefined || project.name === name);
  if (first && others.length === 0) return first;
  const names = projects.map((project) => project.name).sort();
  if (projects.length === 0) {
    throw new PlatformError('this workspace has no stacks: there is no infra/*/Pulumi.yaml', {
      code: 'notFound',
      hint: 'stacks come with a cloud, which is chosen when a project is made',
    });
  }
  throw new PlatformError(name === undefined ? 'this workspace has several clouds' : `there is no project '${name}'`, {
    code: name === undefined ? 'usage' : 'notFound',
    hint: name === undefined ? `name one: --project ${names.join(', --project ')}` : suggest(name, names, 'projects'),
  });
}

function readProject(workspace: string, file: string): StackProject {
  const folder = join(workspace, dirname(file));
  const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string };
  const stacks = globSync('Pulumi.*.yaml', { cwd: folder }).map((one) => one.slice('Pulumi.'.length, -'.yaml'.length));
  return { name: name.replace(/^@[^/]+\//, ''), folder, stacks: stacks.sort() };
}

export interface StackPlace {
  readonly workspace: string;
  readonly project: StackProject;
  /** The stack's name. */
  readonly env: string;
  /** What Nx and Pulumi print goes to standard error: standard output is for a script. */
  readonly quiet: boolean;
}

/**
 * A stack by the commands of the workspace and of Pulumi.
 *
 * @throws PlatformError `notFound` for one that has no file.
 */
export function openStack(place: StackPlace): Stack {
  const { project, env } = place;
  if (!existsSync(join(project.folder, `Pulumi.${env}.yaml`))) {
    throw new PlatformError(`there is no stack '${env}': Pulumi.${env}.yaml is missing in ${project.folder}`, {
      code: 'notFound',
      hint: suggest(env, project.stacks, 'stacks'),
    });
  }
  return {
    name: env,
    read: async () => {
      const outputs = await askPulumi(place, ['stack', 'output', '--json']);
      if (outputs === undefined) return undefined;
      const { url, ...said } = outputs as { url?: string };
      return { ...keptIn(said), ...(url !== undefined && { url }) };
    },
    up: (release) => up(place, release),
    history: async () => ((await askPulumi(place, ['stack', 'history', '--json'])) ?? []) as StackUpdate[],
  };
}

async function up({ workspace, project, env, quiet }: StackPlace, release: Release | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'release-'));
  const file = join(folder, 'release.json');
  try {
    await writeFile(file, JSON.stringify(release));
    const brought = release === undefined ? 'none' : file;
    await runNx({
      workspace,
      target: `${project.name}:up`,
      flags: ['--env', env, '--release', brought, '--yes'],
      quiet,
      failed: { message: `the update of stack ${env} failed`, hint: 'what is wrong stands above' },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What Pulumi calls a stack that hasn't been made. */
const NO_STACK = /no stack named|no such stack|stack '.*' not found/i;

async function askPulumi({ project, env }: StackPlace, args: readonly string[]): Promise<unknown> {
  const settings = { cwd: project.folder, env: { PULUMI_SKIP_UPDATE_CHECK: 'true' }, stdin: 'ignore' } as const;
  const result = await execa('pulumi', [...args, '--stack', env], { ...settings, reject: false });
  if (result.exitCode === 0) return JSON.parse(result.stdout);
  if (NO_STACK.test(result.stderr)) return undefined;
  const isMissing = result.code === 'ENOENT';
  const said = isMissing ? 'pulumi is not on the PATH' : `pulumi ${args.join(' ')}, stack ${env}: ${lastLine(result)}`;
  throw new PlatformError(said, {
    code: 'environment',
    hint: isMissing ? 'install it: https://www.pulumi.com/docs/install' : 'log in to the bucket of states: docs/aws.md',
  });
}

function lastLine({ stderr, exitCode }: { readonly stderr?: string; readonly exitCode?: number }): string {
  return stderr?.trim().split('\n').at(-1) || `it ended with ${exitCode}`;
}
