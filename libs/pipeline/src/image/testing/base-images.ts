import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { type Buildah, buildahIn } from './buildah.ts';
import { testCache } from './caches.ts';
import { CERTIFICATES, certificates } from './registries.ts';

const NPM = '11.21.2';
const DEBIAN = 'bookworm';
const TOOLS = ['buildah', 'debootstrap'];
/** Layers of code that has changed since pile up: beyond this many images, all is made anew. */
const MOST_IMAGES = 300;
const WEEK = 7 * 24 * 3_600_000;

/**
 * The folder of an image store that holds what our Dockerfiles start from, under the names that they use: no registry of
 * images is needed. Made of Debian's packages, the workspace's own Node and npm; minutes the first time, kept in the
 * user's cache. `undefined` on a machine that can't, where a test says that it is skipped; in CI that is an error.
 */
export async function imageStore(): Promise<string | undefined> {
  if (!(await hasTools())) return undefined;
  const folder = join(testCache('images'), await recipe());
  const buildah = buildahIn(folder);
  await mkdir(folder, { recursive: true });
  await utimes(folder, new Date(), new Date());
  await removeUnused(dirname(folder));
  const all = (await buildah(['images', '--all', '--quiet'])).split('\n');
  if (all.length > MOST_IMAGES) await buildah(['rmi', '--all', '--force']);
  const names = (await buildah(['images', '--format', '{{.Name}}:{{.Tag}}'])).split('\n');
  for (const [name, { from, make }] of Object.entries(BASES)) {
    if (!names.some((one) => one.replace(/:latest$/, '') === name)) await commit(buildah, name, from, make);
  }
  return folder;
}

async function hasTools(): Promise<boolean> {
  const isThere = async () =>
    (await Promise.all(TOOLS.map((tool) => execa('which', [tool], { reject: false })))).every(({ failed }) => !failed);
  const isRoot = process.getuid?.() === 0;
  if (isRoot && (await isThere())) return true;
  const { failed } = await execa('apt-get', ['--version'], { reject: false });
  if (!isRoot || failed) {
    if (process.env.CI === undefined) return false;
    throw new Error(`images are built by ${TOOLS.join(' and ')} as root: CI needs them, or apt-get`);
  }
  await execa('apt-get', ['update']);
  await execa('apt-get', ['install', '--yes', '--no-install-recommends', ...TOOLS], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
  return isThere();
}

/** Stores of other recipes, which nobody used for a week. */
async function removeUnused(stores: string): Promise<void> {
  for (const name of await readdir(stores)) {
    const store = join(stores, name);
    if (Date.now() - (await stat(store)).mtimeMs < WEEK) continue;
    await buildahIn(store)(['rmi', '--all', '--force']);
    await rm(store, { recursive: true, force: true });
  }
}

/** A hash over all that the base images are made of. */
async function recipe(): Promise<string> {
  const trusted = certificates();
  const parts = [await readFile(import.meta.filename), process.version, trusted ? await readFile(trusted) : ''];
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 16);
}

/** Fills a mounted image, given its root's path and a way to run a command in it. */
type Make = (root: string, run: (...command: string[]) => Promise<unknown>) => Promise<void>;

const PLAIN = 'localhost/debian';

/** In the order in which they are made. */
const BASES: Readonly<Record<string, { readonly from: string; readonly make: Make }>> = {
  [PLAIN]: {
    from: 'scratch',
    make: async (root) => {
      const packages = ['--variant=minbase', '--include=ca-certificates'];
      await execa('debootstrap', [...packages, DEBIAN, root, ...(await mirror())]);
      const trusted = certificates();
      if (trusted) await copyFile(trusted, join(root, CERTIFICATES));
    },
  },
  'docker.io/library/node:24-bookworm-slim': {
    from: PLAIN,
    make: async (root) => {
      await copyFile(process.execPath, join(root, 'usr/local/bin/node'));
      await execa('npm', ['install', '--global', '--silent', '--prefix', join(root, 'usr/local'), `npm@${NPM}`]);
    },
  },
  'docker.io/library/python:3.11-slim-bookworm': {
    from: PLAIN,
    make: async (_, run) => {
      await run('apt-get', 'update');
      await run('apt-get', 'install', '--yes', '--no-install-recommends', 'python3', 'python3-venv');
      await run('ln', '--symbolic', '/usr/bin/python3', '/usr/local/bin/python');
    },
  },
};

/** The mirror of Debian that this machine's apt uses. */
async function mirror(): Promise<string[]> {
  const { stdout } = await execa('apt-get', [
    'indextargets',
    '--format',
    '$(SITE)',
    'Created-By: Packages',
    `Codename: ${DEBIAN}`,
  ]);
  return stdout.split('\n').filter(Boolean).slice(0, 1);
}

async function commit(buildah: Buildah, name: string, from: string, make: Make): Promise<void> {
  const container = await buildah(['from', '--pull-never', from]);
  try {
    const root = await buildah(['mount', container]);
    await make(root, (...command) => buildah(['run', '--isolation', 'chroot', container, '--', ...command]));
    if (certificates()) await buildah(['config', '--env', `NODE_EXTRA_CA_CERTS=${CERTIFICATES}`, container]);
    await buildah(['commit', '--quiet', container, name]);
  } finally {
    await buildah(['rm', container]);
  }
}
