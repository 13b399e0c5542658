import { join } from 'node:path';
import { runCommand } from '../command.ts';
import { createArguments, unpackCommand } from '../packed-command.ts';
import { tell } from '../peers.ts';
import { type Engine, withPath } from './engines.ts';
import { NO_OP, PROJECT, writeOurProject } from './our-project.ts';

const NAME = 'acme';

export interface Workspace {
  /** `nx run ten-steps:run`, with Nx's daemon or without. */
  readonly engine: (options: { daemon: boolean }) => Engine;
  /** `nx run ten-steps:no-op`: what Nx takes for a cached target that does nothing. */
  readonly noOp: (options: { daemon: boolean }) => Engine;
  readonly stopDaemon: () => void;
}

/** Makes a platform from the packed command in `folder`, installs it, and gives it the ten steps. */
export async function makeWorkspace(folder: string): Promise<Workspace> {
  const command = await unpackCommand(folder);
  runCommand(process.execPath, [command, ...createArguments(NAME)], { cwd: folder });
  const workspace = join(folder, NAME);
  tell('installing the workspace (npm ci)');
  runCommand('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: workspace });
  runCommand('git', ['init', '--quiet'], { cwd: workspace });
  const project = writeOurProject(workspace, NAME);
  const bin = join(workspace, 'node_modules', '.bin');
  const nx = (daemon: boolean, ...args: string[]) =>
    void runCommand(join(bin, 'nx'), args, { cwd: workspace, env: nxEnvironment(bin, daemon) });
  const target = (name: string, target: string, daemon: boolean): Engine => ({
    name,
    project,
    run: () => nx(daemon, 'run', `${PROJECT}:${target}`),
    // The daemon reads a changed project before anyone asks for it.
    settle: daemon ? 1000 : 0,
  });
  return {
    engine: ({ daemon }) => target('nx run ten-steps:run', 'run', daemon),
    noOp: ({ daemon }) => target('nx run ten-steps:no-op', NO_OP, daemon),
    stopDaemon: () => nx(true, 'daemon', '--stop'),
  };
}

/** As a person's shell has it: Nx turns its daemon off in CI, and in a container unless told otherwise. */
function nxEnvironment(bin: string, daemon: boolean): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => name !== 'CI' && !name.startsWith('NX_'));
  return withPath({ ...Object.fromEntries(inherited), NX_DAEMON: String(daemon), NX_TUI: 'false' }, bin);
}
