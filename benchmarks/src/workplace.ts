import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Lets `work` use a temporary folder, which goes when it ends. Ctrl-C reaches the command that is being timed: it fails,
 * and `work` with it, in good order.
 */
export async function inWorkplace<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'benchmark-')));
  const stay = (): void => undefined;
  process.on('SIGINT', stay);
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    process.off('SIGINT', stay);
  }
}
