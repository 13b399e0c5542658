/**
 * Gives package-lock.json an entry for every platform package that a dependency names but the registry at hand
 * doesn't hold: `npm ci` refuses a lock without them, and on their own platform they are wanted.
 *
 * Run after `npm install` changed the lock: `npm run lock`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x'];

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));

for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (resolve(path, name) || !/^\d/.test(version)) continue;
    const platform = platformOf(name);
    if (platform) lock.packages[siblingPath(path, name)] = { version, ...platform, optional: true };
  }
}

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);

/** The lock's key of the package that `name` means when required from `path`. */
function resolve(path, name) {
  for (let base = path; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    const key = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`;
    if (lock.packages[key]) return key;
    if (base === '') return undefined;
  }
}

function siblingPath(path, name) {
  const end = path.lastIndexOf('node_modules/');
  return `${end < 0 ? '' : path.slice(0, end)}node_modules/${name}`;
}

function platformOf(name) {
  const words = name.split(/[-/]/);
  const system = SYSTEMS.find((candidate) => words.includes(candidate));
  const processor = PROCESSORS.find((candidate) => words.includes(candidate));
  if (!system || !processor) return undefined;
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc';
  return { cpu: [processor], ...(system === 'linux' ? { libc: [libc] } : {}), os: [system] };
}
