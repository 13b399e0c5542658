import { fileURLToPath } from 'node:url';
import type { Release } from '@ml-platform/registry/release';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Engine, openEngine, pulumiCli } from '../engine/index.ts';
import { NO_RELEASE, RELEASE_VARIABLE } from './index.ts';
import { testRelease } from './testing/release.ts';

const FOLDER = fileURLToPath(new URL('fixtures/served', import.meta.url));
const TOY = fileURLToPath(new URL('../engine/fixtures/toy.ts', import.meta.url));
const cli = await pulumiCli();

let engine: Engine;
beforeEach(async () => {
  const opened = await openEngine({ folder: FOLDER, standIns: { toy: { module: TOY, export: 'toy' } } });
  if (!opened) throw new Error('there is no pulumi');
  engine = opened;
  await engine.begin('dev');
});
afterEach(() => engine?.close());

const servers = () => Object.values(engine.readStore('toy')).map(({ outputs }) => outputs);
const digestOf = ({ image }: Release) => image.digest;
const outputs = async () => JSON.parse((await engine.run('stack output', '--json')).stdout);

/** An update with a release, or, as somebody would type `pulumi up`, without. */
async function up(release?: Release | typeof NO_RELEASE) {
  const text = typeof release === 'object' ? JSON.stringify(release) : release;
  engine.setVariables(text === undefined ? {} : { [RELEASE_VARIABLE]: text });
  const run = await engine.run('up', '--yes', '--skip-preview');
  engine.setVariables({});
  return run;
}

describe.skipIf(cli === undefined)("releases in Pulumi's engine", () => {
  test('an update without a release keeps the one that the stack has, and what it says of it', async () => {
    expect(await up()).toMatchObject({ exitCode: 0 });
    expect(servers()).toEqual([]);
    expect(await outputs()).toEqual({ previousReleases: [] });
    await up(testRelease(1));
    expect(servers()).toEqual([{ size: 'small', imageDigest: digestOf(testRelease(1)), address: 'toy://server' }]);
    await engine.set('serving.size', 'large');
    expect(await engine.run('up', '--yes', '--skip-preview')).toMatchObject({ exitCode: 0 });
    expect(servers()).toEqual([{ size: 'large', imageDigest: digestOf(testRelease(1)), address: 'toy://server' }]);
    expect(await outputs()).toEqual({ release: testRelease(1), previousReleases: [] });
    expect(await engine.run('preview', '--expect-no-changes')).toMatchObject({ exitCode: 0 });
  });

  test('a release follows another, and a rollback takes it away', async () => {
    for (const version of [1, 2, 3]) expect(await up(testRelease(version))).toMatchObject({ exitCode: 0 });
    expect(await outputs()).toEqual({ release: testRelease(3), previousReleases: [testRelease(2), testRelease(1)] });
    await up(testRelease(2));
    expect(await outputs()).toEqual({ release: testRelease(2), previousReleases: [testRelease(1)] });
    expect(servers()).toMatchObject([{ imageDigest: digestOf(testRelease(2)) }]);
    await up(NO_RELEASE);
    expect(servers()).toEqual([]);
    expect(await outputs()).toEqual({ previousReleases: [] });
  });

  test('after an update that failed the one before is there to go back to', async () => {
    await up(testRelease(1));
    engine.failAt('update:server');
    expect((await up(testRelease(2))).exitCode).not.toBe(0);
    engine.failAt('');
    expect(servers()).toMatchObject([{ imageDigest: digestOf(testRelease(1)) }]);
    expect(await up(testRelease(1))).toMatchObject({ exitCode: 0 });
    expect(await outputs()).toEqual({ release: testRelease(1), previousReleases: [] });
    expect(servers()).toMatchObject([{ imageDigest: digestOf(testRelease(1)) }]);
  });

  test('a release that does not fit is refused by its own name, and nothing is changed', async () => {
    await up(testRelease(1));
    const { exitCode, output } = await up({ ...testRelease(2), config: { serving: { imageDigest: 'latest' } } });
    expect(exitCode).not.toBe(0);
    expect(output).toContain('release delays-2+0f3c2a1: serving.imageDigest: got "latest"');
    expect(servers()).toMatchObject([{ imageDigest: digestOf(testRelease(1)) }]);
    engine.setVariables({ [RELEASE_VARIABLE]: 'release.json' });
    expect((await engine.run('preview')).output).toContain('it holds the release itself, not the name of its file');
  });

  test("of it the state has no more than the engine's own provider", async () => {
    await up(testRelease(1));
    const { resources } = JSON.parse(await engine.state()).deployment as { resources: { type: string }[] };
    const types = ['pulumi:providers:pulumi', 'pulumi:providers:toy', 'pulumi:pulumi:Stack', 'toy:index/server:Server'];
    expect(resources.map(({ type }) => type).sort()).toEqual(types);
  });
});
