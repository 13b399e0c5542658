import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-lake.ts';

/** Whether file systems can be mounted here; in CI they have to be. */
export function canMount(): boolean {
  if (process.env.CI !== undefined) return true;
  const folder = mkdtempSync(join(tmpdir(), 'mount-'));
  try {
    mount(folder, 'size=64k');
    execFileSync('umount', [folder]);
    return true;
  } catch {
    process.stderr.write('skipped: tests with full disks; mounting a file system needs root\n');
    return false;
  } finally {
    rmdirSync(folder);
  }
}

export interface SmallDisk {
  readonly folder: string;
  readonly resize: (size: string) => void;
}

/** A file system of its own, which goes with the test. */
export function smallDisk(size: string): SmallDisk {
  const folder = join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  mount(folder, `size=${size}`);
  onTestFinished(() => void execFileSync('umount', [folder]));
  return { folder, resize: (to) => mount(folder, `remount,size=${to}`) };
}

function mount(folder: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
}
