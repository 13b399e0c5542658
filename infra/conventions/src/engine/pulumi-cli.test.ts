import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pulumiCli } from './pulumi-cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pulumi-cli-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Nothing on the PATH but a `pulumi` that says its version; nothing in the cache, and no Go. */
function withPulumi(version: string): void {
  const file = join(folder, 'pulumi');
  writeFileSync(file, `#!/bin/sh\necho ${version}\n`);
  chmodSync(file, 0o755);
  vi.stubEnv('PATH', `${folder}:/bin`);
  vi.stubEnv('XDG_CACHE_HOME', folder);
}

test.each(['v3.259.0', 'v3.301.2'])('pulumi %s on the PATH is taken', async (version) => {
  withPulumi(version);
  expect(await pulumiCli()).toBe('pulumi');
});

test.each(['v3.100.0', 'v4.0.0', 'nonsense'])('pulumi %s is not, and without Go there is none', async (version) => {
  withPulumi(version);
  vi.stubEnv('CI', undefined);
  expect(await pulumiCli()).toBeUndefined();
});

test('in CI that is an error', async () => {
  withPulumi('v3.100.0');
  vi.stubEnv('CI', 'true');
  await expect(pulumiCli()).rejects.toThrow('go build');
});
