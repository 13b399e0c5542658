import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type PackedCommand, packedCommand } from './testing/packed-command.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const FILES_ONLY = ['--no-install', '--no-git'];

let command: PackedCommand;

beforeAll(async () => {
  command = await packedCommand();
}, 60_000);

afterAll(() => command.remove());

/** Skipped, and says so, where file systems can't be mounted; in CI they have to be. */
const withDisks = test.skipIf(process.env.CI === undefined && !canMount());

withDisks.each(['acme', '.'])('on a full disk %s leaves nothing', async (name) => {
  const cwd = mounted('size=256k');
  const { exit, stderr } = await command.run([name, '--name', 'acme', ...FILES_ONLY], { cwd });
  expect(stderr).toMatch(
    /^error: cannot write in .*: the disk is full \(ENOSPC.*\); nothing was left behind\nhint: {2}free some space/,
  );
  expect(exit).toBe(5);
  expect(readdirSync(cwd)).toEqual([]);
});

withDisks('whatever room a disk has, the project is there with its commit, or nothing is', async () => {
  const exits = new Set<number | null>();
  for (let size = 600; !exits.has(0); size *= 1.3) {
    expect(size).toBeLessThan(32_000);
    const cwd = mounted(`size=${Math.round(size)}k`);
    const { exit, stdout, stderr } = await command.run(['acme', '--no-install'], { cwd });
    exits.add(exit);
    expect(stdout).not.toContain('note:');
    expect(readdirSync(cwd)).toEqual(exit === 0 ? ['acme'] : []);
    if (exit !== 0) expect({ exit, stderr }).toEqual({ exit: 5, stderr: expect.stringContaining('the disk is full') });
  }
  expect(exits).toEqual(new Set([5, 0]));
});

withDisks.each(['acme', '.'])('on a read-only disk %s says so', async (name) => {
  const cwd = mounted('ro');
  const { exit, stderr } = await command.run([name, '--name', 'acme', ...FILES_ONLY], { cwd });
  expect(stderr).toMatch(/^error: cannot write in .*: the file system is read-only .*\nhint: {2}change to a folder/);
  expect(exit).toBe(5);
});

/** A small file system of its own. */
function mounted(options: string): string {
  const folder = join(temporaryFolder(), 'acme');
  mkdirSync(folder);
  mount(folder, options);
  onTestFinished(() => unmount(folder));
  return folder;
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'mount-'));
  try {
    mount(folder, 'ro');
    unmount(folder);
    return true;
  } catch {
    process.stderr.write('skipped: tests with full and read-only disks; mounting a file system needs root\n');
    return false;
  } finally {
    rmdirSync(folder);
  }
}

function mount(folder: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
}

function unmount(folder: string): void {
  execFileSync('umount', [folder]);
}
