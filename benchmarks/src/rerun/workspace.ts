import { makePlatform } from '../platform.ts';
import type { Engine } from './engines.ts';
import { NO_OP, PROJECT, writeOurProject } from './our-project.ts';

export interface Workspace {
  /** `nx run ten-steps:run`, with Nx's daemon or without. */
  readonly engine: (options: { daemon: boolean }) => Engine;
  /** `nx run ten-steps:no-op`: what Nx takes for a cached target that does nothing. */
  readonly noOp: (options: { daemon: boolean }) => Engine;
  readonly stopDaemon: () => void;
}

/** Makes a platform in `folder`, and gives it the ten steps. */
export async function makeWorkspace(folder: string): Promise<Workspace> {
  const { home, scope, nx } = await makePlatform(folder);
  const project = writeOurProject(home, scope);
  const target = (name: string, target: string, daemon: boolean): Engine => ({
    name,
    project,
    run: () => nx(['run', `${PROJECT}:${target}`], { daemon }),
    // The daemon reads a changed project before anyone asks for it.
    settle: daemon ? 1000 : 0,
  });
  return {
    engine: ({ daemon }) => target('nx run ten-steps:run', 'run', daemon),
    noOp: ({ daemon }) => target('nx run ten-steps:no-op', NO_OP, daemon),
    stopDaemon: () => nx(['daemon', '--stop'], { daemon: true }),
  };
}
