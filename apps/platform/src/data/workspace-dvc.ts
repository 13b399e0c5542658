import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Dvc, openDvc } from '@ml-platform/dvc';
import { pythonEnvironment } from '@ml-platform/pipeline';
import { WORKSPACE } from '../workspace.ts';

const REQUIREMENTS = import.meta.resolve('@ml-platform/dvc/requirements.txt');

/** The path of the DVC that this workspace pins; its environment is made on first use. */
export async function dvcCommand(): Promise<string> {
  const log = (message: string) => void process.stderr.write(`${message}\n`);
  return join(dirname(await pythonEnvironment(fileURLToPath(REQUIREMENTS), { log })), 'dvc');
}

/** The workspace as a repository of the DVC that it pins. */
export async function workspaceDvc(): Promise<Dvc> {
  return openDvc(WORKSPACE, { command: await dvcCommand() });
}
