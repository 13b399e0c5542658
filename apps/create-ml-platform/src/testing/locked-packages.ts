import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The entry file of a package's command of the same name, installed as by `lockedPackages`. */
export function lockedCommand(pins: string, name: string, tell?: (message: string) => void): string {
  const folder = join(lockedPackages(pins, tell), 'node_modules', name);
  const { bin }: { bin: string | Record<string, string> } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  return join(folder, typeof bin === 'string' ? bin : (bin[name] ?? ''));
}

/**
 * Installs what `pins/package-lock.json` names into a cache outside of the checkout, once per lock and version of Node;
 * returns the folder. Built beside and renamed, so that a kill leaves no half of it.
 */
export function lockedPackages(pins: string, tell: (message: string) => void = () => undefined): string {
  const lock = readFileSync(join(pins, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).update(process.version).digest('hex').slice(0, 16);
  const target = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ml-platform', 'npm', hash);
  if (existsSync(target)) return target;
  tell(`installing ${pins} (once)`);
  const staging = `${target}.tmp-${process.pid}`;
  try {
    mkdirSync(dirname(target), { recursive: true });
    cpSync(pins, staging, { recursive: true });
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: staging, stdio: 'pipe' });
    renameSync(staging, target);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return target;
}
