import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const holder = z.object({ pid: z.int() });
const lockedPaths = z.record(
  z.string(),
  z.object({ write: z.union([holder, z.object({})]).optional(), read: z.array(holder).optional() }),
);

/** Processes of DVC that run a stage, or hold a path, in the repository at `root`, and are still there. */
export async function processesAtWork(root: string): Promise<number[]> {
  const text = await readFile(join(root, '.dvc', 'tmp', 'rwlock'), 'utf8').catch(() => '{}');
  const locks = lockedPaths.safeParse(parse(text)).data ?? {};
  const pids = Object.values(locks).flatMap(({ write = {}, read = [] }) =>
    [write, ...read].flatMap((one) => ('pid' in one ? [one.pid] : [])),
  );
  return [...new Set(pids)].filter(isAlive);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
