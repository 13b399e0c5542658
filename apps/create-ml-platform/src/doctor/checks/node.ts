import { join } from 'node:path';
import type { JsonObject } from '../../render/json.ts';
import type { Check } from '../check.ts';
import { broken, type Finding, ok, skipped } from '../finding.ts';
import { entriesOf, objectIn, readObject } from '../machine/files.ts';
import { installCommand } from '../machine/install-command.ts';
import type { Machine } from '../machine/machine.ts';
import { isAtLeast, minimumOf, versionIn } from '../machine/versions.ts';

const PIN = /^node-(?:bin-)?(?:darwin|linux|win)-\w+$/;
const SYSTEMS: Readonly<Record<string, string>> = { win32: 'win' };

/** The machine's own Node, which starts npm; and the one that npm installs for the project's own code. */
export const nodeCheck: Check = {
  group: 'Tools',
  title: 'Node',
  look: async (machine) => {
    const manifest = readObject(join(machine.folder, 'package.json'));
    return [...(await machineNode(machine, manifest)), ...(await projectNode(machine, manifest))];
  },
};

/** The versions of Node that package.json pins, by package: one for each platform. */
export function nodePins(manifest: JsonObject | undefined): [name: string, version: string][] {
  const pins = Object.entries(objectIn(manifest, 'optionalDependencies'));
  return pins.filter((pin): pin is [string, string] => PIN.test(pin[0]) && typeof pin[1] === 'string');
}

/** The major version that the project's code is written for: that of the pins. */
export function majorOfPins(manifest: JsonObject | undefined): string | undefined {
  const majors = nodePins(manifest).map(([, version]) => Number.parseInt(version, 10));
  return majors.length > 0 ? String(Math.min(...majors)) : undefined;
}

/** The oldest Node that npm and the commands of the project may run on. */
export function minimumNode(manifest: JsonObject | undefined): string | undefined {
  const runtime = objectIn(objectIn(manifest, 'devEngines'), 'runtime');
  return minimumOf(objectIn(manifest, 'engines').node ?? runtime.version);
}

async function machineNode({ run, env }: Machine, manifest: JsonObject | undefined): Promise<Finding[]> {
  const minimum = minimumNode(manifest);
  const { exit, stdout } = await run('node', ['--version']);
  const version = exit === 0 ? versionIn(stdout) : undefined;
  const wanted = minimum === undefined ? undefined : `${minimum} or newer, by engines in package.json`;
  const mend = installCommand('node', env);
  if (version === undefined) return [broken('Node', missing(exit), { wanted, mend })];
  if (minimum !== undefined && !isAtLeast(version, minimum)) return [broken('Node', version, { wanted, mend })];
  return [ok('Node', version)];
}

async function projectNode(machine: Machine, manifest: JsonObject | undefined): Promise<Finding[]> {
  const what = "the project's Node";
  const major = majorOfPins(manifest);
  if (major === undefined) return [];
  if (entriesOf(join(machine.folder, 'node_modules')).length === 0)
    return [skipped(what, 'the packages are not installed')];
  const pin = nodePins(manifest).find(([name]) => name.endsWith(`-${system()}-${process.arch}`));
  const { exit, stdout, stderr } = await machine.runOwn('node', ['--version']);
  const version = exit === 0 ? versionIn(stdout) : undefined;
  if (version === undefined) {
    const [reason = missing(exit)] = stderr.trim().split('\n').filter(Boolean);
    return [broken(what, `it does not start: ${reason}`, { wanted: `${major} or newer`, mend: 'npm ci' })];
  }
  const wanted = pin ? `${pin[1]}, by ${pin[0]} in package.json` : `${major} or newer, by the pins in package.json`;
  const isRight = pin && isInstalled(machine, pin[0]) ? version === pin[1] : isAtLeast(version, major);
  if (isRight) return [ok(what, version)];
  const mend = pin ? 'npm ci --include=optional' : installCommand('node', machine.env);
  return [broken(what, version, { wanted, mend })];
}

function isInstalled({ folder }: Machine, name: string): boolean {
  return readObject(join(folder, 'node_modules', name, 'package.json')) !== undefined;
}

function system(): string {
  return SYSTEMS[process.platform] ?? process.platform;
}

function missing(exit: number | string): string {
  return exit === 'missing' ? 'not on the PATH' : `it ended with ${exit}`;
}
