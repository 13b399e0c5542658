import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type PackedCommand, packedCommand } from './testing/packed-command.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

let command: PackedCommand;

beforeAll(async () => {
  command = await packedCommand();
}, 60_000);

afterAll(() => command.remove());

test.each(['acme', '.'])('on a full disk %s leaves nothing', async (name) => {
  const cwd = mounted('size=256k');
  if (cwd === undefined) return;
  const { exit, stderr } = await command.run([name, '--name', 'acme', '--no-install', '--no-git'], { cwd });
  expect(stderr).toMatch(
    /^error: cannot write in .*: the disk is full \(ENOSPC.*\); nothing was left behind\nhint: {2}free some space/,
  );
  expect(exit).toBe(5);
  expect(readdirSync(cwd)).toEqual([]);
});

test.each(['acme', '.'])('on a read-only disk %s says so', async (name) => {
  const cwd = mounted('ro');
  if (cwd === undefined) return;
  const { exit, stderr } = await command.run([name, '--name', 'acme', '--no-install', '--no-git'], { cwd });
  expect(stderr).toMatch(/^error: cannot write in .*: the file system is read-only/);
  expect(exit).toBe(5);
});

/** A small file system of its own; undefined where mounting isn't permitted, which in CI is a failure. */
function mounted(options: string): string | undefined {
  const folder = join(temporaryFolder(), 'acme');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (refusal) {
    if (process.env.CI === 'true') throw refusal;
    process.stderr.write('skipped: mounting a file system needs root\n');
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', [folder]);
  });
  return folder;
}
