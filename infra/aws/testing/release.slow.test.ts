import { existsSync, symlinkSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Engine, openEngine, pulumiCli } from '@ml-platform/conventions/engine';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeByHand } from './change-by-hand.ts';

const FOLDER = dirname(dirname(fileURLToPath(import.meta.url)));
const PACK = join(dirname(FOLDER), 'policy');
const COMMAND = join(dirname(FOLDER), 'conventions/bin/stack.mjs');
const cli = await pulumiCli();

/** A release of a version, whose image's digest ends in it. */
function release(version: number) {
  const digest = `sha256:${String(version).padStart(64, '0')}`;
  return {
    ...{ release: `delays-${version}+0f3c2a1`, commit: '0f3c2a1'.padEnd(40, '0'), createdAt: '2025-06-01T12:00:00Z' },
    model: { name: 'delays', version: String(version), contentHash: 'a'.repeat(64), example: { hour: 7 } },
    ...{ image: { name: 'model-server', digest }, config: { serving: { imageDigest: digest } } },
  };
}

describe.skipIf(cli === undefined)('releases of a stack of AWS', { timeout: 300_000 }, () => {
  let engine: Engine;
  beforeAll(async () => {
    await execa(process.execPath, ['scripts/build-pack.mjs'], { cwd: PACK });
    const standIns = { aws: { module: join(FOLDER, 'testing/stand-in.ts'), export: 'awsStandIn' } };
    const opened = await openEngine({ folder: FOLDER, standIns });
    if (!opened) throw new Error('there is no pulumi');
    engine = opened;
    symlinkSync(PACK, join(dirname(engine.folder), 'policy'));
    await engine.begin('dev');
    for (const version of [1, 2]) await writeFile(file(`${version}.json`), JSON.stringify(release(version)));
  });
  afterAll(() => engine?.close());

  const file = (name: string) => join(dirname(engine.folder), name);
  const stack = (command: string, ...flags: string[]) => {
    const args = [COMMAND, command, '--project', engine.folder, '--env', 'dev', ...flags];
    return execa(process.execPath, args, { env: engine.environment, extendEnv: false, all: true, reject: false });
  };
  const digests = () => {
    const models = Object.entries(engine.readStore('aws')).filter(([id]) => id.includes('sagemaker/model:Model'));
    return models.map(([, { outputs }]) => JSON.stringify(outputs).match(/sha256:0*(\d+)/)?.[1]);
  };
  const outputs = async () => JSON.parse((await engine.run('stack output', '--json')).stdout);

  test('a release is brought, and an update for something else keeps it', async () => {
    const made = await stack('up', '--yes', '--release', file('1.json'));
    expect(made, made.all).toMatchObject({ exitCode: 0 });
    expect(digests()).toEqual(['1']);
    await engine.set('keys.deletionDays', '21');
    expect(await stack('up', '--yes')).toMatchObject({ exitCode: 0 });
    expect(digests()).toEqual(['1']);
    expect(await outputs()).toMatchObject({ release: release(1), previousReleases: [] });
    const [, brought] = JSON.parse((await engine.run('stack history', '--json')).stdout);
    expect(brought).toMatchObject({ message: 'release delays-1+0f3c2a1', result: 'succeeded' });
  });

  test('what a release would change is written for a pull request, without a secret', async () => {
    await engine.set('webhookUrl', 'https://example.com/planted-secret', '--secret');
    const markdown = file('preview.md');
    const flags = ['--release', file('2.json'), '--markdown', markdown];
    const previewed = await stack('preview', ...flags);
    expect(previewed, previewed.all).toMatchObject({ exitCode: 0 });
    const text = await readFile(markdown, 'utf8');
    expect(text).toMatch(/^### Stack `dev`: 1 to update\n/);
    expect(text).toMatch(/\| update \| sagemaker\.Model \| `[\w-]+` \| .*`primaryContainer`.* \|/);
    expect(text).toMatch(/now \d+\.\d\d, /);
    expect(text).toContain('Release: `delays-2+0f3c2a1`');
    expect(`${text} ${previewed.all}`).not.toContain('planted-secret');
    expect(digests()).toEqual(['1']);
  });

  test('what breaks a policy, or is wrong, is written as well, and fails', async () => {
    const markdown = file('broken.md');
    await engine.set('monitoring.logRetentionDays', '5', '--plaintext');
    const wrong = await stack('preview', '--markdown', markdown);
    expect(wrong.exitCode).toBe(3);
    expect(await readFile(markdown, 'utf8')).toMatch(
      /the preview failed\n\n> Pulumi.dev.yaml: monitoring.logRetentionDays/,
    );
    await rm(markdown);
    const both = await stack('preview', '--markdown', markdown, '--json');
    expect(both.exitCode).toBe(2);
    expect(existsSync(markdown)).toBe(false);
  });

  test('a release goes, and the one before comes back', async () => {
    await engine.run('config rm', '--path', 'monitoring.logRetentionDays');
    expect(await stack('up', '--yes', '--release', file('2.json'))).toMatchObject({ exitCode: 0 });
    expect(digests()).toEqual(['2']);
    expect(await outputs()).toMatchObject({ release: release(2), previousReleases: [release(1)] });
    expect(await stack('up', '--yes', '--release', file('1.json'))).toMatchObject({ exitCode: 0 });
    expect(digests()).toEqual(['1']);
  });

  test('what was changed by hand is drift, until an update asks the cloud and takes it back', async () => {
    expect(await stack('drift')).toMatchObject({ exitCode: 0 });
    const { id } = changeByHand(engine);
    const found = await stack('drift');
    expect(found, found.all).toMatchObject({ exitCode: 8 });
    expect(found.all).toContain('takes it back');
    expect(await stack('up', '--yes', '--refresh')).toMatchObject({ exitCode: 0 });
    expect(engine.readStore('aws')[id]?.outputs.enableKeyRotation).toBe(true);
  });

  test('taken down, nothing of it is left', async () => {
    const gone = await stack('destroy', '--yes');
    expect(gone, gone.all).toMatchObject({ exitCode: 0 });
    expect(engine.readStore('aws')).toEqual({});
  });
});
