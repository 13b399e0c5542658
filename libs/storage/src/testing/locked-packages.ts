import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where azurite is installed: Azure's blob storage on this machine. */
export function azurite(): string {
  return installed('azurite', 'package-lock.json', (folder) => {
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'pipe' });
  });
}

/** Where the Python servers are installed: moto (S3) and gcp-storage-emulator. */
export function pythonServers(): string {
  return installed('servers', 'requirements.txt', (folder) => {
    execFileSync('python3', ['-m', 'venv', join(folder, 'venv')], { stdio: 'pipe' });
    const into = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', 'requirements.txt'];
    execFileSync(join(folder, 'venv/bin/python'), into, { cwd: folder, stdio: 'pipe' });
  });
}

/** Installed once per lock, outside of the checkout; built beside and renamed, so that a kill leaves no half of it. */
function installed(pins: string, lock: string, install: (folder: string) => void): string {
  const from = fileURLToPath(new URL(pins, import.meta.url));
  const hash = createHash('sha256')
    .update(readFileSync(join(from, lock)))
    .update(process.version)
    .digest('hex');
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const target = join(cache, 'ml-platform', 'testing', `${pins}-${hash.slice(0, 16)}`);
  if (existsSync(target)) return target;
  const staging = `${target}.tmp-${process.pid}`;
  try {
    mkdirSync(dirname(target), { recursive: true });
    cpSync(from, staging, { recursive: true });
    install(staging);
    renameSync(staging, target);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return target;
}
