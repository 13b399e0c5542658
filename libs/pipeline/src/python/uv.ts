import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The version for machines that have no uv of their own. */
const UV_VERSION = '0.13.9';
const windows = process.platform === 'win32';

/** The folder that environments are kept in, shared by every checkout. */
export function defaultCache(): string {
  const base =
    process.env.XDG_CACHE_HOME ?? (windows ? process.env.LOCALAPPDATA : undefined) ?? join(homedir(), '.cache');
  return join(base, 'ml-platform');
}

/** Runs a tool; its failure is an ExecaError. */
export type Run = (command: string, ...args: string[]) => Promise<unknown>;

/** Runs with the settings for a mirror that pip has: uv doesn't read them. */
export function toolRunner({ cwd, signal }: { readonly cwd?: string; readonly signal?: AbortSignal | undefined }): Run {
  const options = { ...(cwd !== undefined && { cwd }), ...(signal && { cancelSignal: signal }) };
  return async (command, ...args) => {
    const { execa } = await import('execa');
    await execa(command, args, { env: mirror(process.env), stdin: 'ignore', ...options });
  };
}

function mirror({ PIP_INDEX_URL, UV_DEFAULT_INDEX, UV_INDEX_URL }: NodeJS.ProcessEnv): Record<string, string> {
  return PIP_INDEX_URL && !UV_DEFAULT_INDEX && !UV_INDEX_URL ? { UV_DEFAULT_INDEX: PIP_INDEX_URL } : {};
}

/** The uv on the PATH, else one of our own in the cache, made on first use. */
export async function findUv(python: string, cache: string, run: Run): Promise<string> {
  const { execa } = await import('execa');
  const { failed } = await execa('uv', ['--version'], { reject: false });
  if (!failed) return 'uv';
  const folder = join(cache, `uv-${UV_VERSION}`);
  const uv = windows ? join(folder, 'Scripts', 'uv.exe') : join(folder, 'bin', 'uv');
  if (existsSync(uv)) return uv;
  const staging = `${folder}.tmp-${process.pid}`;
  try {
    await run(python, '-m', 'venv', staging);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(interpreter(staging), ...pip, `uv==${UV_VERSION}`);
    await rename(staging, folder).catch((error: unknown) => {
      if (!existsSync(uv)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return uv;
}

/** The Python of a virtual environment. */
export function interpreter(folder: string): string {
  return windows ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}
