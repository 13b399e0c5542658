import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

const HOLD = `import fcntl, sys
f = open('.dvc/tmp/lock', 'a')
fcntl.flock(f, fcntl.LOCK_EX)
print('held', flush=True)
sys.stdin.read()`;

/** Holds a repository's lock as another DVC does, until the function is called that it returns. */
export async function holdLock(folder: string, dvc: string): Promise<() => Promise<void>> {
  const holder = execa(join(dirname(dvc), 'python'), ['-c', HOLD], { cwd: folder });
  await once(holder.stdout, 'data');
  return async () => {
    holder.stdin.end();
    await holder;
  };
}
