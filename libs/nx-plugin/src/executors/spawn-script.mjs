import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a script of the workspace with flags, and waits for its end.
 *
 * @param {string} script
 * @param {Record<string, unknown>} flags
 * @param {string} cwd
 */
export async function spawnScript(script, flags, cwd) {
  const args = Object.entries(flags).flatMap(([name, value]) => flagsOf(`--${name}`, value));
  const child = spawn(process.execPath, [script, ...args], { cwd, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return { success: code === 0 };
}

/** One that is repeated is a list. */
function flagsOf(flag, value) {
  if (Array.isArray(value)) return value.flatMap((one) => flagsOf(flag, one));
  if (typeof value === 'boolean') return value ? [flag] : [];
  return [`${flag}=${value}`];
}
