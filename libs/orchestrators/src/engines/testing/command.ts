import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Project } from '../../testing/project.ts';

const BIN = fileURLToPath(new URL('../../../bin/', import.meta.url));

/** What a command printed, and how it ended. */
export interface Printed {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs submit, status or logs of a project as Nx does. */
export async function command(
  project: Pick<Project, 'folder'>,
  env: Readonly<Record<string, string | undefined>>,
  name: 'submit' | 'status' | 'logs',
  ...args: string[]
): Promise<Printed> {
  const file = join(project.folder, 'src/pipeline.ts');
  const { exitCode, stdout, stderr } = await execa('node', [join(BIN, `${name}.mjs`), '--pipeline', file, ...args], {
    env: { ML_TARGET: '', ...env },
    preferLocal: true,
    localDir: BIN,
    reject: false,
  });
  return { exitCode, stdout, stderr };
}
