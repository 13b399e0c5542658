import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WORKSPACE } from '../workspace.ts';
import { installStandIn, type StandIn } from './testing/install-stand-in.ts';
import { modelFolder, testRelease } from './testing/test-release.ts';

const STACKS = join(WORKSPACE, 'infra/aws');

/** The commands as they are typed: through Nx, the program of the stack and its cost; the cloud alone is a stand-in. */
describe.skipIf(!existsSync(STACKS))('platform deploy', { timeout: 300_000 }, () => {
  let folder: string;
  let standIn: StandIn;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'deploy-'));
    standIn = installStandIn(join(folder, 'stand-in'));
    const images: Record<string, object> = {};
    for (const version of [1, 2, 3]) {
      const model = modelFolder(folder, version);
      const release = await testRelease(model, version);
      writeFileSync(join(folder, `${version}.json`), JSON.stringify(release));
      images[release.image.digest] = { model, ...(version === 3 && { failsAfter: 4 }) };
    }
    standIn.setImages(images as Parameters<StandIn['setImages']>[0]);
    for (const stack of ['dev', 'staging']) await run('pulumi', ['stack', 'init', stack], STACKS);
  });

  afterAll(async () => {
    await standIn?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function run(command: string, args: readonly string[], cwd = WORKSPACE) {
    const env = { PATH: [standIn.bin, process.env.PATH].join(delimiter) };
    return execa(command, args, { cwd, env, preferLocal: true, reject: false });
  }

  const release = (version: number) => join(folder, `${version}.json`);
  const deploy = (...args: string[]) => run('node', ['apps/platform/bin/platform.mjs', 'deploy', ...args]);
  const status = async (env: string) => JSON.parse((await deploy('status', '--env', env, '--json')).stdout).stacks[0];

  test('a release is deployed, and a worse one after it is taken back', async () => {
    const made = await deploy('--env', 'dev', '--release', release(1), '--watch', '1', '--json');
    expect(made, made.stderr).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(made.stdout)).toMatchObject({ outcome: 'deployed', smoke: { prediction: { label: 1 } } });
    expect(await deploy('--env', 'dev', '--release', release(2), '--watch', '0')).toMatchObject({ exitCode: 0 });
    const report = join(folder, 'report.md');
    const refused = await deploy('--env', 'dev', '--release', release(3), '--watch', '4', '--report', report);
    expect(refused.exitCode).toBe(8);
    expect(refused.stderr).toMatch(
      /error: delays-3\+0f3c2a1 is not in dev: the canary failed: .*; delays-2\+0f3c2a1 is served again/,
    );
    expect(readFileSync(report, 'utf8')).toContain('### ❌ Deploy to `dev`: rolled back');
    expect(await status('dev')).toMatchObject({ release: 'delays-2+0f3c2a1', previous: ['delays-1+0f3c2a1'] });
  });

  test('an update for something else keeps the release', async () => {
    const updated = await run('nx', ['run', 'infra-aws:up', '--env', 'dev', '--yes']);
    expect(updated.exitCode).toBe(0);
    expect(await status('dev')).toMatchObject({ release: 'delays-2+0f3c2a1', previous: ['delays-1+0f3c2a1'] });
  });

  test('the same release goes to the next stack', async () => {
    const empty = await deploy('promote', '--from', 'staging', '--to', 'dev');
    expect(empty).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('stack staging has no release') });
    expect(await deploy('promote', '--from', 'dev', '--to', 'staging', '--watch', '1')).toMatchObject({ exitCode: 0 });
    expect(await status('staging')).toMatchObject({ release: 'delays-2+0f3c2a1', previous: [] });
  });

  test('one that does not answer where it is goes nowhere', async () => {
    const nowhere = 'http://127.0.0.1:9';
    const refused = await deploy('promote', '--from', 'dev', '--to', 'staging', '--from-url', nowhere);
    expect(refused.exitCode).toBe(8);
    expect(refused.stderr).toContain("isn't promoted: stack dev doesn't serve it");
  });

  test('a rollback goes to the release before, until there is none', async () => {
    expect(await deploy('rollback', '--env', 'dev', '--watch', '1')).toMatchObject({ exitCode: 0 });
    const found = await status('dev');
    expect(found).toMatchObject({ release: 'delays-1+0f3c2a1', previous: [] });
    expect(Date.parse(found.since)).toBeGreaterThan(Date.now() - 60_000);
    const none = await deploy('rollback', '--env', 'dev');
    expect(none).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('has no release before') });
    expect(await deploy('rollback', '--env', 'dev', '--to', release(2), '--unasked')).toMatchObject({ exitCode: 0 });
    expect(await status('dev')).toMatchObject({ release: 'delays-2+0f3c2a1' });
  });

  test('a stack that has not been made says so', async () => {
    expect((await deploy('status')).stdout).toContain('prod: not made\n');
    const refused = await deploy('--env', 'prod', '--release', release(1));
    expect(refused).toMatchObject({ exitCode: 7, stderr: expect.stringContaining("stack prod hasn't been made yet") });
  });
});
