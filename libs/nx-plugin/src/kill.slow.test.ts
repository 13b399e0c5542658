import { randomInt } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hashArtifact } from '@ml-platform/pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeWorkspace, type Workspace } from './testing/workspace.ts';

const FIXTURE = fileURLToPath(new URL('./fixtures/ticking', import.meta.url));
/** Each kind of run is killed so often, at random moments over the time that it takes undisturbed. */
const KILLS = 20;
const seed = Number(process.env.KILL_SEED ?? randomInt(2 ** 31));

/** What the artifacts of each step hash to, by the parameter that they were made with. */
const expected = new Map<number, Record<string, string>>();
const VALUES = [3, 4] as const;
/** What Nx says of its own database that it was killed in the making of. */
const HALF_MADE = 'no such table';
const TICK_LOG = join(tmpdir(), `ticks-${process.pid}.log`);

let workspace: Workspace;
/** Milliseconds. */
let duration: number;

beforeAll(async () => {
  workspace = await makeWorkspace('ticking', FIXTURE, { env: { TICK_LOG } });
  for (const value of VALUES) {
    const start = performance.now();
    await finish(value);
    duration = performance.now() - start;
    expected.set(value, await hashes());
  }
}, 120_000);
afterAll(async () => {
  for (const path of [workspace.root, TICK_LOG]) await rm(path, { recursive: true, force: true });
});

test(`killed while it runs, a pipeline leaves whole artifacts, and the next run ends as if nothing had been (KILL_SEED=${seed})`, async () => {
  const random = randomFrom(seed);
  for (let kill = 0; kill < KILLS; kill++) {
    await forgetCache();
    const value = VALUES[kill % 2] ?? 3;
    await killed(value, random() * duration);
    for (const [step, hash] of Object.entries(await hashes())) {
      expect(VALUES.map((one) => expected.get(one)?.[step])).toContain(hash);
    }
    await finish(value);
    expect(await hashes()).toEqual(expected.get(value));
    expect(await leftovers()).toEqual([]);
  }
  await expectOneWriterAtATime();
}, 600_000);

test(`killed while it takes artifacts from the cache, a pipeline is whole after the next run (KILL_SEED=${seed})`, async () => {
  const random = randomFrom(seed);
  const [value] = VALUES;
  await finish(value);
  const start = performance.now();
  await finish(value);
  const cached = performance.now() - start;
  for (let kill = 0; kill < KILLS; kill++) {
    await rm(join(workspace.project, 'artifacts'), { recursive: true });
    await killed(value, random() * cached);
    await finish(value);
    expect(await hashes()).toEqual(expected.get(value));
  }
}, 300_000);

test('a database that Nx was killed in the making of stops it, until it is reset', async () => {
  const data = join(workspace.root, '.nx/workspace-data');
  await finish(3);
  const databases = (await readdir(data)).filter((name) => name.endsWith('.db'));
  expect(databases).toHaveLength(1);
  for (const name of databases) await writeFile(join(data, name), '');
  expect(await command(3).ended).toMatchObject({ exitCode: 1, text: expect.stringContaining(HALF_MADE) });
  await finish(3);
  expect(await hashes()).toEqual(expected.get(3));
});

const command = (value: number) =>
  workspace.nx('run', 'ticking:run', '--param', `list.upTo=${value}`, '--outputStyle=stream');

async function finish(value: number): Promise<void> {
  let ended = await command(value).ended;
  // Nx makes its database within some milliseconds; docs/doctor.md tells who meets one that is not whole.
  if (ended.text.includes(HALF_MADE)) {
    expect((await workspace.nx('reset').ended).exitCode).toBe(0);
    ended = await command(value).ended;
  }
  expect(ended.exitCode, ended.text).toBe(0);
}

/** Nx alone is killed: what it started lives on, and notices by itself. */
async function killed(value: number, afterMilliseconds: number): Promise<void> {
  const run = command(value);
  await setTimeout(afterMilliseconds);
  run.kill();
  await run.ended;
}

function forgetCache(): Promise<void> {
  return rm(join(workspace.root, '.nx'), { recursive: true, force: true });
}

async function hashes(): Promise<Record<string, string>> {
  const folder = join(workspace.project, 'artifacts');
  const steps = (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.'));
  return Object.fromEntries(
    await Promise.all(steps.sort().map(async (step) => [step, await hashWhole(join(folder, step))])),
  );
}

/** What lives on may still put another folder in this one's place: what was read of both counts for nothing. */
async function hashWhole(folder: string): Promise<string> {
  const identity = () =>
    stat(folder).then(
      ({ ino }) => ino,
      () => 0,
    );
  for (;;) {
    const before = await identity();
    const hash = await hashArtifact(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (hash !== undefined && (await identity()) === before) return hash;
    await setTimeout(10);
  }
}

async function leftovers(): Promise<string[]> {
  const names = await readdir(join(workspace.project, 'artifacts'));
  return names.filter((name) => name.includes('.tmp-'));
}

/** In the log, which all processes append to, a step's next process begins after the last word of the one before. */
async function expectOneWriterAtATime(): Promise<void> {
  const ticks = (await readFile(TICK_LOG, 'utf8')).trimEnd().split('\n');
  expect(ticks.length).toBeGreaterThan(1000);
  for (const step of ['list', 'square', 'total', 'summary']) {
    const pids = ticks.filter((tick) => tick.startsWith(`${step} `));
    const turns = pids.filter((tick, index) => tick !== pids[index - 1]);
    expect(turns.filter((tick, index) => turns.indexOf(tick) !== index)).toEqual([]);
  }
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
