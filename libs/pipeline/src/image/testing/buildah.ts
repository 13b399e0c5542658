import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export type Buildah = (args: readonly string[]) => Promise<string>;

/** Images and containers in `folder`; no daemon, and no registry is asked. */
export function buildahIn(folder: string): Buildah {
  return async (args) => {
    const { stdout } = await execa('buildah', [...storage(folder), ...args]);
    return stdout.trim();
  };
}

function storage(folder: string): string[] {
  return ['--root', join(folder, 'store'), '--runroot', join(folder, 'run')];
}

export interface BuildOptions {
  readonly dockerfile: string;
  readonly context: string;
  readonly target?: string;
  /** Text by secret. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface RunOptions {
  readonly entrypoint?: readonly string[];
  /** Absolute path on this machine by path in the image. */
  readonly volumes?: Readonly<Record<string, string>>;
}

export interface Image {
  readonly user: string;
  readonly megabytes: number;
  /** Seconds that it took to build. */
  readonly seconds: number;
  /** Starts a command; in an image with an entry point, that one with arguments, unless `entrypoint` is another. */
  readonly run: (args: readonly string[], options?: RunOptions) => ReturnType<typeof start>;
  readonly remove: () => Promise<void>;
}

/** Builds a Dockerfile as it is; layers of before are taken again where nothing changed. */
export async function buildImage(
  folder: string,
  { dockerfile, context, target, secrets }: BuildOptions,
): Promise<Image> {
  const buildah = buildahIn(folder);
  const started = Date.now();
  const texts = await mkdtemp(join(tmpdir(), 'secrets-'));
  try {
    const given = Object.entries(secrets).map(async ([id, text]) => {
      await writeFile(join(texts, id), text, { mode: 0o600 });
      return ['--secret', `id=${id},src=${join(texts, id)}`];
    });
    const options = [
      '--isolation',
      'chroot',
      '--pull-never',
      '--layers',
      '--quiet',
      ...(await Promise.all(given)).flat(),
    ];
    const which = ['--file', dockerfile, ...(target === undefined ? [] : ['--target', target]), context];
    const id = (await buildah(['build', ...options, ...which])).split('\n').at(-1) ?? '';
    return await startable(folder, id, (Date.now() - started) / 1000);
  } finally {
    await rm(texts, { recursive: true, force: true });
  }
}

async function startable(folder: string, id: string, seconds: number): Promise<Image> {
  const buildah = buildahIn(folder);
  const container = await buildah(['from', '--pull-never', id]);
  const { OCIv1 } = JSON.parse(await buildah(['inspect', '--type', 'image', id])) as ImageDescription;
  const { User: user = 'root', Entrypoint: own = [] } = OCIv1.config;
  const root = await buildah(['mount', container]);
  const { stdout: size } = await execa('du', ['--summarize', '--block-size=1M', '--one-file-system', root]);
  return {
    user,
    megabytes: Number.parseInt(size, 10),
    seconds,
    run: (args, { entrypoint = own, volumes } = {}) => start(folder, container, [...entrypoint, ...args], volumes),
    remove: async () => void (await buildah(['rm', container])),
  };
}

function start(folder: string, container: string, command: readonly string[], volumes: RunOptions['volumes'] = {}) {
  const mounts = Object.entries(volumes).flatMap(([inside, here]) => ['--volume', `${here}:${inside}`]);
  const args = [...storage(folder), 'run', '--isolation', 'chroot', ...mounts, container, '--', ...command];
  return execa('buildah', args, { reject: false, all: true });
}

interface ImageDescription {
  readonly OCIv1: { readonly config: { readonly User?: string; readonly Entrypoint?: readonly string[] } };
}
