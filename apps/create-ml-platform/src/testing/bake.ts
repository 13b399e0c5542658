import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contents, type PackedCommand, packedCommand, plainEnvironment } from './packed-command.ts';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
export const MINUTES = 60_000;
/** The example's parameters for a try of seconds. */
export const QUICK = ['ingest.rows=100000', 'train.trials=2', 'train.sampleRows=50000', 'train.minFoldRows=1000'];

/** A project that was made by the packed command, with the machine's own Node. */
export interface Bake {
  /** Absolute path; there from the first test on. */
  readonly folder: () => string;
  /** Runs a program in it as a person's shell would. */
  readonly run: (program: string, ...args: string[]) => Promise<{ readonly stdout: string }>;
}

/** What a person's shell has: the machine's own Node, not this repository's; nothing of the test runner's. */
export function shellEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:VITEST|NODE_ENV$|TEST$|npm_(?:package|lifecycle)_)/.test(name),
  );
  const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => !entry.startsWith(REPOSITORY));
  const shell = { HOME: process.env.HOME, PATH: path.join(delimiter), NX_DAEMON: 'false', CI: 'true' };
  return { ...Object.fromEntries(own), ...plainEnvironment(shell) };
}

/**
 * Makes a project of these answers and looks whether it is whole, by the tests of `projects` of its own: those that look at
 * the workspace around them. The others are this one's but for a name, and a life runs the tests of all; `more` are tests
 * that come after, on the same project.
 */
export function describeBake(
  title: string,
  answers: readonly string[],
  projects: readonly string[],
  more: (bake: Bake) => void,
): void {
  describe(title, () => {
    let command: PackedCommand;
    let parent: string;
    let project: string;
    beforeAll(async () => {
      command = await packedCommand();
      parent = await realpath(await mkdtemp(join(tmpdir(), 'baked-')));
      project = join(parent, 'acme');
      const { exit, stderr } = await command.run(['acme', ...answers], {
        cwd: parent,
        env: shellEnvironment(),
        node: ['node'],
      });
      expect(exit, stderr).toBe(0);
    }, 5 * MINUTES);
    afterAll(async () => {
      await command.remove();
      await rm(parent, { recursive: true, force: true });
    });

    const run: Bake['run'] = (program, ...args) =>
      execa(program, args, { cwd: project, env: shellEnvironment(), extendEnv: false, all: true });

    test(
      `passes its own lint, and the tests of ${projects.join(', ')}`,
      async () => {
        await run('npm', 'run', 'lint');
        await run('npx', 'nx', 'run-many', '--targets=test', '--parallel=1', `--projects=${projects.join(',')}`);
      },
      15 * MINUTES,
    );

    test('has no name of ours in it', () => {
      const ours = [...contents(project)].filter(
        ([path, base64]) => !path.startsWith('node_modules/') && atob(base64).includes('@ml-platform/'),
      );
      expect(ours.map(([path]) => path)).toEqual([]);
    });

    test(
      'is as it was committed, after all this and an install',
      async () => {
        await run('npm', 'install', '--no-audit', '--no-fund');
        expect((await run('git', 'status', '--porcelain')).stdout).toBe('');
      },
      MINUTES,
    );

    more({ folder: () => project, run });
  });
}
