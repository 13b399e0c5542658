import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contents, type PackedCommand, packedCommand } from './testing/packed-command.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const KILLS = 20;
const LEFTOVER = /^\.acme\.(?:tmp-\d+|placing)$/;

let command: PackedCommand;
let whole: Map<string, string>;
/** Milliseconds that a run takes here. */
let duration: number;

beforeAll(async () => {
  command = await packedCommand();
  const cwd = mkdtempSync(join(tmpdir(), 'kill-'));
  const start = performance.now();
  await command.run(['acme', '--no-install'], { cwd });
  duration = performance.now() - start;
  whole = contents(join(cwd, 'acme'));
  rmSync(cwd, { recursive: true, force: true });
}, 60_000);

afterAll(() => command.remove());

test('killed at any moment, a new folder is there as a whole or not at all, and the next run works', async () => {
  for (let kill = 0; kill < KILLS; kill++) {
    const cwd = temporaryFolder();
    await killed(['acme', '--no-install'], cwd, kill);
    const left = readdirSync(cwd).filter((entry) => !LEFTOVER.test(entry));
    expect(left.length === 0 || sameFiles(join(cwd, 'acme'))).toBe(true);
    if (left.length > 0) expectCommitted(join(cwd, 'acme'));
    const { exit } = await command.run(['acme', '--no-install'], { cwd });
    expect(exit).toBe(left.length === 0 ? 0 : 2);
    expect(sameFiles(join(cwd, 'acme'))).toBe(true);
    await expectLeftoversToGo(cwd);
  }
}, 120_000);

test('killed at any moment, the folder we stand in is as before or made whole by the next run', async () => {
  for (let kill = 0; kill < KILLS; kill++) {
    const cwd = join(temporaryFolder(), 'acme');
    mkdirSync(cwd);
    await killed(['.', '--no-install'], cwd, kill);
    const wasWhole = sameFiles(cwd);
    const { exit } = await command.run(['.', '--no-install'], { cwd });
    if (!wasWhole) expect(exit).toBe(0);
    expect(sameFiles(cwd)).toBe(true);
    expectCommitted(cwd);
  }
}, 120_000);

/** A Git that a killed run had started may still write for a moment; the run after it has ended clears its folder. */
async function expectLeftoversToGo(cwd: string): Promise<void> {
  const rerun = async () => {
    if (readdirSync(cwd).length > 1) await command.run(['acme', '--no-install'], { cwd });
    return readdirSync(cwd);
  };
  await expect.poll(rerun, { timeout: 10_000 }).toEqual(['acme']);
}

/** Starts a run and kills it; the moments are spread over the time that a run takes. */
async function killed(args: readonly string[], cwd: string, kill: number): Promise<void> {
  const child = command.start(args, { cwd });
  const ended = new Promise((settle) => child.on('close', settle));
  await setTimeout(((kill + Math.random()) / (KILLS - 2)) * duration);
  child.kill('SIGKILL');
  await ended;
}

function sameFiles(folder: string): boolean {
  const files = [...contents(folder)];
  return files.length === whole.size && files.every(([path, content]) => whole.get(path) === content);
}

function expectCommitted(cwd: string): void {
  const status = execFileSync('git', ['status', '--porcelain'], { cwd, encoding: 'utf8' });
  const own = status.split('\n').filter((line) => line !== '' && !line.includes('.acme.'));
  expect(own).toEqual([]);
}
