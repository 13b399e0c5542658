import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultCache } from '@ml-platform/pipeline';
import { execa } from 'execa';

const SOURCES = fileURLToPath(new URL('pulumi-cli', import.meta.url));
const MODULE = 'github.com/pulumi/pulumi';

/**
 * The path of Pulumi's command: the one on the PATH if it is new enough, else one built from its Go module and kept in
 * the user's cache: minutes the first time. `undefined` on a machine without Go, where a test says that it is skipped; in
 * CI that is an error.
 */
export async function pulumiCli(): Promise<string | undefined> {
  const wanted = await wantedVersion();
  const { stdout: installed = '' } = await execa('pulumi', ['version'], { reject: false });
  if (isAtLeast(installed, wanted)) return 'pulumi';
  const program = join(defaultCache(), 'tools', `pulumi-${await hashOf(SOURCES)}`, 'pulumi');
  if (existsSync(program)) return program;
  const { failed } = await execa('go', ['version'], { reject: false });
  if (failed && process.env.CI === undefined) return undefined;
  await build(program, wanted);
  return program;
}

async function build(program: string, version: string): Promise<void> {
  const staging = `${dirname(program)}.tmp-${process.pid}`;
  try {
    await cp(SOURCES, staging, { recursive: true });
    const stamp = `-s -w -X ${MODULE}/sdk/v3/go/common/version.Version=${version}`;
    const flags = ['-mod=readonly', '-trimpath', '-tags', 'osusergo,grpcnotrace', '-ldflags', stamp];
    await execa('go', ['build', ...flags, '-o', 'pulumi', `${MODULE}/pkg/v3/cmd/pulumi`], {
      cwd: staging,
      env: { CGO_ENABLED: '0' },
    });
    await rename(staging, dirname(program)).catch((error: unknown) => {
      if (!existsSync(program)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function wantedVersion(): Promise<string> {
  const [, version = ''] = /pkg\/v3 (v\S+)/.exec(await readFile(join(SOURCES, 'go.mod'), 'utf8')) ?? [];
  return version;
}

function isAtLeast(installed: string, wanted: string): boolean {
  const [major = 0, minor = 0] = numbersOf(installed);
  const [least = 0, leastMinor = 0] = numbersOf(wanted);
  return major === least && minor >= leastMinor;
}

function numbersOf(version: string): number[] {
  return version.replace(/^v/, '').split('.').map(Number);
}

async function hashOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).sort()) hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}
