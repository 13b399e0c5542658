import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Where the function is by which a cloud answers: the one of `runProgram`. */
export interface StandInModule {
  /** Path of a TypeScript module. */
  readonly module: string;
  readonly export: string;
}

const HERE = dirname(fileURLToPath(import.meta.url));

/** The commands that Pulumi's engine looks for on the PATH: the host of Node programs, and a provider for each cloud. */
export async function writeCommands(
  folder: string,
  standIns: Readonly<Record<string, StandInModule>>,
  storeOf: (provider: string) => string,
): Promise<void> {
  await writeCommand(join(folder, 'pulumi-language-nodejs'), [join(HERE, 'language-host.ts')]);
  for (const [provider, standIn] of Object.entries(standIns)) {
    const flags = ['--module', standIn.module, '--export', standIn.export, '--store', storeOf(provider)];
    await writeCommand(join(folder, `pulumi-resource-${provider}`), [join(HERE, 'stand-in-provider.ts'), ...flags]);
  }
}

async function writeCommand(file: string, args: readonly string[]): Promise<void> {
  const quoted = [process.execPath, ...args].map((argument) => `'${argument}'`);
  await writeFile(file, `#!/bin/sh\nexec ${quoted.join(' ')} "$@"\n`, { mode: 0o755 });
}

/**
 * The project's own files by link, but for those that Pulumi writes to: Pulumi.yaml and the stack files are copies. Node
 * takes a link for the file that it leads to, so that the program finds its modules.
 */
export async function writeProject(folder: string, original: string): Promise<void> {
  await mkdir(folder);
  for (const name of await readdir(original)) {
    if (name === 'node_modules') continue;
    const [from, to] = [join(original, name), join(folder, name)];
    await (/^Pulumi\..*yaml$/.test(name) ? cp(from, to) : symlink(from, to));
  }
  // The runner takes a program for an ES module if the package.json above it says so.
  const manifest = nearestManifest(original);
  if (dirname(manifest) !== original) await symlink(manifest, join(folder, 'package.json'));
  const pulumi = createRequire(manifest).resolve('@pulumi/pulumi/package.json');
  await symlink(join(dirname(pulumi), '..', '..'), join(folder, 'node_modules'));
}

function nearestManifest(folder: string): string {
  const manifest = join(folder, 'package.json');
  return existsSync(manifest) || dirname(folder) === folder ? manifest : nearestManifest(dirname(folder));
}

/** All of the environment: no credential of a cloud comes along, and nothing is looked up on the internet. */
export function environmentIn(home: string): Record<string, string> {
  return {
    PATH: [join(home, 'bin'), process.env.PATH ?? ''].join(delimiter),
    HOME: home,
    PULUMI_HOME: join(home, 'pulumi'),
    PULUMI_BACKEND_URL: `file://${join(home, 'state')}`,
    PULUMI_CONFIG_PASSPHRASE: 'a passphrase of the test',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
  };
}
