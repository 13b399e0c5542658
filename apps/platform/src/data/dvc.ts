import { execa } from 'execa';
import { dvcCommand } from './workspace-dvc.ts';

/** `platform dvc …`: the DVC that this workspace pins, as it is, where it is called. */
export async function dvc(args: readonly string[]): Promise<void> {
  const env = { DVC_NO_ANALYTICS: '1' };
  const { exitCode } = await execa(await dvcCommand(), args, { stdio: 'inherit', env, reject: false });
  process.exitCode = exitCode ?? 1;
}
