import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ownEnvironment } from '../../update/other-version.ts';

// A hook or an alias of another repository may have started us: its variables must not lead into it.
const FOREIGN = /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|PREFIX)$/;
// What `npx` puts before the PATH of the shell that it was typed in.
const OF_NPM = /[\\/]node_modules[\\/]\.bin$|[\\/]node-gyp-bin$/;

/** The environment of the shell that we were started from, without what npm put into it. */
export function shellEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(ownEnvironment()).filter(([name]) => !FOREIGN.test(name));
  const env = Object.fromEntries(own);
  return withPath(
    env,
    pathOf(env).filter((entry) => !OF_NPM.test(entry)),
  );
}

/** The same where a project's own programs come first, as `npx` has it. */
export function projectEnvironment(env: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  return withPath(env, [join(folder, 'node_modules', '.bin'), ...pathOf(env)]);
}

/** Whether a program of that name is on the PATH. */
export function isOnPath(program: string, env: NodeJS.ProcessEnv): boolean {
  const names = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'].map((end) => program + end) : [program];
  return pathOf(env).some((folder) => names.some((name) => existsSync(join(folder, name))));
}

function pathOf(env: NodeJS.ProcessEnv): string[] {
  return (env[pathName(env)] ?? '').split(delimiter).filter((entry) => entry !== '');
}

function withPath(env: NodeJS.ProcessEnv, entries: readonly string[]): NodeJS.ProcessEnv {
  return { ...env, [pathName(env)]: entries.join(delimiter) };
}

/** Windows has it as `Path`. */
function pathName(env: NodeJS.ProcessEnv): string {
  return Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
}
