import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { bootstrapFlags } from './bootstrap.ts';

/** A folder with a stack's file, and a `pulumi` that prints what is given. */
function bootstrap(script: string) {
  const folder = mkdtempSync(join(tmpdir(), 'bootstrap-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'Pulumi.bootstrap.yaml'), 'config:\n  acme:account: "1"\n  acme:region: eu-central-1\n');
  writeFileSync(join(folder, 'pulumi'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  return folder;
}

test('roles and region are those of the stack', async () => {
  const outputs = {
    deployers: { dev: 'arn:dev', prod: 'arn:prod' },
    reader: 'arn:reader',
    backend: 's3://x?awssdk=v2',
  };
  const folder = bootstrap(
    `case "$*" in 'stack output --json --stack bootstrap --cwd '*) echo '${JSON.stringify(outputs)}';; *) exit 1;; esac`,
  );
  const flags = ['--role', 'dev=arn:dev', '--role', 'prod=arn:prod', '--reader-role', 'arn:reader'];
  expect(await bootstrapFlags(folder)).toEqual([...flags, '--backend', 's3://x?awssdk=v2', '--region', 'eu-central-1']);
});

test('a stack that is not there is said, with what to do', async () => {
  const folder = bootstrap('echo "no stack named bootstrap" >&2; exit 255');
  await expect(bootstrapFlags(folder)).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringContaining('no stack named bootstrap'),
    hint: expect.stringContaining('--role dev=ARN'),
  });
});
