import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockedPackages } from '../testing/locked-packages.ts';

const PINS = join(import.meta.dirname, '../testing/nodes');
/** The oldest that `engines` allows, on which today's npm does not run, and the newest of each major version. */
const NODES = [
  { name: 'node-20-oldest', npm: false },
  { name: 'node-20', npm: true },
  { name: 'node-22', npm: true },
  { name: 'node-24', npm: true },
];

/** A Node to try the package with. */
export interface Node {
  readonly version: string;
  readonly executable: string;
  /** Whether the npm of this machine runs on it. */
  readonly npm: boolean;
}

/** Every Node that the package is for; none where npm's registry has them for another system only. */
export function allNodes(): Node[] {
  if (process.platform !== 'linux' || process.arch !== 'x64') return [];
  const modules = join(lockedPackages(PINS), 'node_modules');
  return NODES.map(({ name, npm }) => {
    const { version }: { version: string } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'));
    return { version: version.replace(/^v/, ''), executable: join(modules, name, 'bin/node'), npm };
  });
}
