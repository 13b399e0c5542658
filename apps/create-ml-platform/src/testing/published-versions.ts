import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCommand } from '../pack/bundle.ts';
import { encodeArchive } from '../template/archive.ts';
import type { Template } from '../template/template.ts';
import { commandAt, type PackedCommand, plainEnvironment } from './packed-command.ts';

export interface Release {
  readonly template: Template;
  /** Changes the bundle's text: a release with other features, for example. */
  readonly alter?: (bundle: string) => string;
}

export interface PublishedVersions {
  readonly command: (version: string) => PackedCommand;
  /** The environment in which npm finds the versions, and nothing else. */
  readonly env: (changes?: NodeJS.ProcessEnv) => NodeJS.ProcessEnv;
  /** What npm has asked for so far. */
  readonly requests: readonly string[];
  readonly remove: () => void;
}

const app = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Packs the command with other templates and serves the packages as a registry does; of the other packages it has
 * versions that a lock file can name, and nothing to install.
 */
export async function publishVersions(
  releases: readonly Release[],
  others: Readonly<Record<string, readonly string[]>> = {},
): Promise<PublishedVersions> {
  const folder = mkdtempSync(join(tmpdir(), 'published-'));
  await bundleCommand(join(app, 'src/main.ts'), join(folder, 'lib'));
  const tarballs = new Map(releases.map((release) => [release.template.version, packRelease(folder, release)]));
  const requests: string[] = [];
  const { url, close } = await serve(tarballs, others, requests);
  return {
    command: (version) => commandAt(join(folder, version, 'package/bin/create-ml-platform.cjs'), () => undefined),
    env: (changes = {}) =>
      plainEnvironment({
        npm_config_registry: url,
        npm_config_cache: join(folder, 'cache'),
        npm_config_fetch_retries: '0',
        npm_config_update_notifier: 'false',
        ...changes,
      }),
    requests,
    remove: () => {
      close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function packRelease(folder: string, { template, alter }: Release): Buffer {
  const release = join(folder, template.version);
  const lib = join(release, 'package/lib');
  mkdirSync(lib, { recursive: true });
  cpSync(join(folder, 'lib'), lib, { recursive: true });
  cpSync(join(app, 'bin'), join(release, 'package/bin'), { recursive: true });
  writeFileSync(join(lib, 'template.bin'), encodeArchive(template));
  if (alter) writeFileSync(join(lib, 'main.cjs'), alter(readFileSync(join(lib, 'main.cjs'), 'utf8')));
  writeFileSync(join(release, 'package/package.json'), JSON.stringify(manifestOf(template.version)));
  return execFileSync('tar', ['-cz', '-C', release, 'package'], { maxBuffer: 64 * 1024 * 1024 });
}

function manifestOf(version: string): { name: string; version: string; bin: object } {
  return { name: 'create-ml-platform', version, bin: { 'create-ml-platform': 'bin/create-ml-platform.cjs' } };
}

async function serve(
  tarballs: ReadonlyMap<string, Buffer>,
  others: Readonly<Record<string, readonly string[]>>,
  requests: string[],
) {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const tarball = tarballs.get(/^\/create-ml-platform\/-\/(.+)\.tgz$/.exec(path)?.[1] ?? '');
    if (tarball) return response.end(tarball);
    if (path === '/create-ml-platform') return response.end(JSON.stringify(packument(tarballs, url())));
    const other = others[path.slice(1)];
    if (other) return response.end(JSON.stringify(emptyPackage(path.slice(1), other, url())));
    return response.writeHead(404).end('{}');
  });
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  return {
    url: url(),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function packument(tarballs: ReadonlyMap<string, Buffer>, url: string): object {
  const versions = [...tarballs].map(([version, tarball]) => {
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    const dist = { tarball: `${url}create-ml-platform/-/${version}.tgz`, integrity };
    return [version, { ...manifestOf(version), dist }] as const;
  });
  const latest = versions.at(-1)?.[0];
  return { name: 'create-ml-platform', 'dist-tags': { latest }, versions: Object.fromEntries(versions) };
}

function emptyPackage(name: string, versions: readonly string[], url: string): object {
  const all = versions.map((version) => {
    const dist = { tarball: `${url}${name}/-/${version}.tgz`, integrity: integrityOf(name, version) };
    return [version, { name, version, dist }] as const;
  });
  return { name, 'dist-tags': { latest: versions.at(-1) }, versions: Object.fromEntries(all) };
}

/** The hash that a lock file has of such a package. */
export function integrityOf(name: string, version: string): string {
  return `sha512-${createHash('sha512').update(`${name}@${version}`).digest('base64')}`;
}
