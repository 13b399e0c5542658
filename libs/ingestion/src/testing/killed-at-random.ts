import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Starts a program again and again, and kills it (-9) at a random moment within so many milliseconds of its first word; at
 * last lets it run until it ends by itself. The program is a module, given `arguments` as JSON, and told by `LAST` whether it
 * is to end.
 */
export async function killedAtRandom(
  module: URL,
  args: object,
  { kills, within }: { readonly kills: number; readonly within: number },
): Promise<void> {
  for (let kill = 0; kill < kills; kill++) {
    const { child, errors } = started(module, args);
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
    await sleep(Math.random() * within);
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${errors()}`);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const { child, errors } = started(module, args, { LAST: '1' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`it ended with ${code}: ${errors()}`);
}

function started(module: URL, args: object, env: Readonly<Record<string, string>> = {}) {
  const child: ChildProcess = spawn(process.execPath, [module.pathname, JSON.stringify(args)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4000);
  });
  return { child, errors: () => said };
}
