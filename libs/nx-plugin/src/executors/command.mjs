import { spawnScript } from './spawn-script.mjs';

/**
 * Runs a command of the platform with the flags that it was given: `nx:run-commands` takes `--env` for an option of its own,
 * and refuses a text there.
 *
 * @param {{ script: string } & Record<string, unknown>} options
 * @param {{ root: string }} context
 */
export default function command({ script, ...flags }, { root }) {
  return spawnScript(script, flags, root);
}
