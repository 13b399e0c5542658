import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pack } from '../../apps/create-ml-platform/src/pack/pack.ts';
import { runCommand } from './command.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** Packs the scaffolding command, unpacks the tarball in `folder`, and returns the file that npx would start. */
export async function unpackCommand(folder: string): Promise<string> {
  const home = join(folder, 'command');
  mkdirSync(home);
  const tarball = await pack(REPOSITORY, home);
  runCommand('tar', ['-xzf', tarball, '-C', home], { cwd: folder });
  return join(home, 'package', 'bin', 'create-ml-platform.cjs');
}

/** The arguments that leave out what no peer does either: the install and the repository. */
export function createArguments(name: string): string[] {
  return [name, '--yes', '--no-install', '--no-git'];
}
