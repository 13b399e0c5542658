import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a command of the platform with the flags that it was given: `nx:run-commands` takes `--env` for an option of its own,
 * and refuses a text there.
 *
 * @param {{ script: string, pipeline: string } & Record<string, unknown>} options
 * @param {{ root: string }} context
 */
export default async function command({ script, ...flags }, { root }) {
  const args = Object.entries(flags).flatMap(([name, value]) => flagsOf(`--${name}`, value));
  const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return { success: code === 0 };
}

/** One that is repeated is a list. */
function flagsOf(flag, value) {
  if (Array.isArray(value)) return value.flatMap((one) => flagsOf(flag, one));
  if (typeof value === 'boolean') return value ? [flag] : [];
  return [`${flag}=${value}`];
}
