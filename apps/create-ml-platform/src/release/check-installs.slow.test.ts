import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { pack } from '../pack/pack.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { checkInstalls } from './check-installs.ts';
import { openTarball, type Tarball } from './tarball.ts';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
const MINUTES = 60_000;
/** Elsewhere npm's registry has no such Node; CI runs on it. */
const here = process.platform === 'linux' && process.arch === 'x64';
if (process.env.CI && !here) throw new Error('CI tries the package on Linux, on x64');

test.runIf(here)(
  'installs, and makes the same project, on every Node and by npx; a package that does not is found',
  async () => {
    const folder = temporaryFolder();
    const tarball = openTarball(await pack(REPOSITORY, folder));
    const findings = await checkInstalls(tarball);
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    const names = findings.map(({ what }) => what.replace(/\.\d+\.\d+$/, ''));
    expect(names).toEqual([
      'dependencies, in the whole tree',
      'install scripts',
      'Node 20',
      ...['20', '22', '24'].flatMap((version) => [`Node ${version}`, `npx on Node ${version}`]),
    ]);

    const broken = (await checkInstalls(breakPackage(tarball, folder))).filter(({ ok }) => !ok);
    expect(broken.map(({ what }) => what.replace(/\.\d+\.\d+$/, ''))).toEqual([
      'install scripts',
      'Node 20',
      'Node 20',
      'npx on Node 20',
    ]);
    expect(broken.at(-1)?.found).toMatch(/groupBy is not a function/);
  },
  10 * MINUTES,
);

/** With an install script, and with what Node 20 does not have. */
function breakPackage({ path }: Tarball, folder: string): Tarball {
  execFileSync('tar', ['-xzf', path, '-C', folder]);
  const at = (file: string) => join(folder, 'package', file);
  const manifest = JSON.parse(readFileSync(at('package.json'), 'utf8'));
  writeFileSync(at('package.json'), JSON.stringify({ ...manifest, scripts: { postinstall: 'node -e 0' } }));
  writeFileSync(at('lib/main.cjs'), `Object.groupBy([], () => 1);\n${readFileSync(at('lib/main.cjs'), 'utf8')}`);
  const broken = join(folder, 'broken.tgz');
  execFileSync('tar', ['-czf', broken, '-C', folder, 'package']);
  cpSync(broken, path);
  return openTarball(path);
}
