import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand, withPath } from '../command.ts';
import { peers, unlessMissing } from '../peers.ts';
import { writeDvcProject } from './dvc-project.ts';
import type { Engine } from './engines.ts';
import { writeKedroProject } from './kedro-project.ts';

export const DVC = 'dvc repro';
export const KEDRO = 'kedro run (runs all ten)';

/** DVC and kedro with the same ten steps, as far as they can be had. */
export async function peerEngines(folder: string, missing: string[]): Promise<Engine[]> {
  const dvc = await unlessMissing(DVC, missing, async () => dvcEngine(await peers.python('dvc'), join(folder, 'dvc')));
  const kedro = await unlessMissing(KEDRO, missing, async () => kedroEngine(await peers.python('kedro'), folder));
  return [dvc, kedro].filter((engine) => engine !== undefined);
}

function dvcEngine(bin: string, folder: string): Engine {
  mkdirSync(folder);
  // The steps run on the Node that runs ours.
  const env = withPath({ ...process.env, DVC_NO_ANALYTICS: '1' }, dirname(process.execPath), bin);
  const project = writeDvcProject(folder, env);
  const run = () => void runCommand(join(bin, 'dvc'), ['repro'], { cwd: folder, env });
  return { name: DVC, project, run, settle: 0 };
}

function kedroEngine(bin: string, folder: string): Engine {
  const env = withPath({ ...process.env, DO_NOT_TRACK: '1' }, bin);
  const { home, ...project } = writeKedroProject(folder, env);
  const run = () => void runCommand(join(bin, 'kedro'), ['run'], { cwd: home, env });
  return { name: KEDRO, project, run, settle: 0 };
}
