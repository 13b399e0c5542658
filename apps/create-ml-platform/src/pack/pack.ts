import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeArchive } from '../template/archive.ts';
import { bundleCommand } from './bundle.ts';
import { readTemplate } from './read-template.ts';

const APP = 'apps/create-ml-platform';

/** Packs `repository` as the published command; returns the path of the tarball, in its `dist/`. */
export async function pack(repository: string, destination = join(repository, 'dist')): Promise<string> {
  const { version }: { version: string } = JSON.parse(readFileSync(join(repository, APP, 'package.json'), 'utf8'));
  const staging = mkdtempSync(join(tmpdir(), 'create-ml-platform-'));
  try {
    await fillStaging(repository, staging, version);
    mkdirSync(destination, { recursive: true });
    npmPack(staging, destination);
    return join(destination, `create-ml-platform-${version}.tgz`);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function fillStaging(repository: string, staging: string, version: string): Promise<void> {
  mkdirSync(join(staging, 'lib'));
  writeFileSync(join(staging, 'lib/template.bin'), encodeArchive(readTemplate(repository, version)));
  writeFileSync(join(staging, 'package.json'), `${JSON.stringify(publishedManifest(repository, version), null, 2)}\n`);
  cpSync(join(repository, APP, 'bin'), join(staging, 'bin'), { recursive: true });
  for (const file of [join(repository, APP, 'README.md'), join(repository, 'LICENSE')]) {
    if (existsSync(file)) cpSync(file, join(staging, file.endsWith('.md') ? 'README.md' : 'LICENSE'));
  }
  await bundleCommand(join(repository, APP, 'src/main.ts'), join(staging, 'lib'));
}

function publishedManifest(repository: string, version: string): object {
  const source = sourceOf(repository);
  return {
    name: 'create-ml-platform',
    version,
    description: 'Makes a machine learning platform that your team owns',
    license: 'MIT',
    bin: { 'create-ml-platform': 'bin/create-ml-platform.cjs' },
    files: ['bin', 'lib'],
    type: 'commonjs',
    engines: { node: '>=20' },
    ...(source !== undefined && { repository: source }),
  };
}

/** npm's provenance holds a package only where it names the repository that built it, which GitHub's jobs know. */
function sourceOf(repository: string): string | object | undefined {
  const { repository: named }: { repository?: string | object } = JSON.parse(
    readFileSync(join(repository, 'package.json'), 'utf8'),
  );
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  return named ?? (server && name ? { type: 'git', url: `git+${server}/${name}.git` } : undefined);
}

function npmPack(staging: string, destination: string): void {
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', destination];
  execFileSync('npm', args, {
    cwd: staging,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
