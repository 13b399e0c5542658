import { join } from 'node:path';
import { config } from 'dotenv';
import { expand } from 'dotenv-expand';

/** Of Nx, for every task; a project's go before the workspace's. */
const FILES = ['.env.local', '.local.env', '.env'];

/**
 * The environment of one task, as Nx makes it for a task that runs alone: what `.env` files of its target and project say
 * goes before what those of the workspace say, and this process's own environment before both.
 */
export function taskEnv(
  root: string,
  project: string,
  target: string,
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const ofTarget = [`.env.${target}.local`, `.env.${target}`, `.${target}.local.env`, `.${target}.env`];
  const folders = [join(root, project), root];
  // Nx read the workspace's at its start, and can't tell them from the shell's but by their values.
  const known = read(FILES.map((file) => join(root, file)));
  const own = Object.fromEntries(Object.entries(env).filter(([name, value]) => known[name] !== value));
  return read(
    [ofTarget, FILES].flatMap((names) => folders.flatMap((folder) => names.map((name) => join(folder, name)))),
    own,
  );
}

/** The first file that names a variable counts. */
function read(path: readonly string[], env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const processEnv = env as Record<string, string>;
  const { parsed = {} } = config({ path: [...path], processEnv });
  expand({ parsed, processEnv });
  return env;
}
