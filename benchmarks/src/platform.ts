import { join } from 'node:path';
import { type CommandOptions, runCommand, withPath } from './command.ts';
import { createArguments, unpackCommand } from './packed-command.ts';
import { tell } from './peers.ts';

/** A platform as a user has it. */
export interface Platform {
  /** Absolute path of the repository. */
  readonly home: string;
  /** Its packages' scope, without the `@`. */
  readonly scope: string;
  /** Runs Nx, with its daemon or without. */
  readonly nx: (args: readonly string[], options: NxOptions) => void;
}

export interface NxOptions extends Pick<CommandOptions, 'timeout'> {
  readonly daemon: boolean;
}

/** Makes a platform from the packed command in `folder`, and installs it. */
export async function makePlatform(folder: string): Promise<Platform> {
  const scope = 'acme';
  const command = await unpackCommand(folder);
  runCommand(process.execPath, [command, ...createArguments(scope)], { cwd: folder });
  const home = join(folder, scope);
  tell('installing the workspace (npm ci)');
  runCommand('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: home });
  runCommand('git', ['init', '--quiet'], { cwd: home });
  const bin = join(home, 'node_modules', '.bin');
  const nx: Platform['nx'] = (args, { daemon, ...options }) =>
    void runCommand(join(bin, 'nx'), args, { cwd: home, env: nxEnvironment(bin, daemon), ...options });
  return { home, scope, nx };
}

/** As a person's shell has it: Nx turns its daemon off in CI, and in a container unless told otherwise. */
function nxEnvironment(bin: string, daemon: boolean): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => name !== 'CI' && !name.startsWith('NX_'));
  return withPath({ ...Object.fromEntries(inherited), NX_DAEMON: String(daemon), NX_TUI: 'false' }, bin);
}
