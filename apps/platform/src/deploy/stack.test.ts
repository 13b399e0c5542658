import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findProject, openStack } from './stack.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'stacks-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(workspace, { recursive: true });
});

function makeProject(cloud: string, ...stacks: string[]): void {
  const folder = join(workspace, 'infra', cloud);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'Pulumi.yaml'), 'name: acme\n');
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: `@acme/infra-${cloud}` }));
  for (const stack of stacks) writeFileSync(join(folder, `Pulumi.${stack}.yaml`), 'config: {}\n');
}

/** A command `pulumi` that says this. */
function makePulumi(script: string): void {
  writeFileSync(join(workspace, 'pulumi'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', [workspace, '/usr/bin', '/bin'].join(delimiter));
}

const dev = () => openStack({ workspace, project: findProject(workspace), env: 'dev', quiet: true });

test('the only project is taken, of several the one that is named', () => {
  expect(() => findProject(workspace)).toThrow('this workspace has no stacks');
  makeProject('aws', 'prod', 'dev');
  expect(findProject(workspace)).toEqual({
    name: 'infra-aws',
    folder: join(workspace, 'infra/aws'),
    stacks: ['dev', 'prod'],
  });
  makeProject('azure', 'dev');
  expect(() => findProject(workspace)).toThrow(
    expect.objectContaining({ code: 'usage', hint: 'name one: --project infra-aws, --project infra-azure' }),
  );
  expect(findProject(workspace, 'infra-azure').folder).toBe(join(workspace, 'infra/azure'));
  expect(() => findProject(workspace, 'infra-asw')).toThrow(expect.objectContaining({ code: 'notFound' }));
});

test('a stack without a file is none', () => {
  makeProject('aws', 'dev');
  const open = () => openStack({ workspace, project: findProject(workspace), env: 'devv', quiet: true });
  expect(open).toThrow(expect.objectContaining({ code: 'notFound', hint: "did you mean 'dev'?" }));
});

test('a stack that has not been made is told from one that can not be read', async () => {
  makeProject('aws', 'dev');
  makePulumi('echo "error: no stack named \'dev\' found" >&2; exit 255');
  expect(await dev().read()).toBeUndefined();
  makePulumi('echo "error: failed to load checkpoint: access denied" >&2; exit 255');
  await expect(dev().read()).rejects.toMatchObject({
    code: 'environment',
    message: 'pulumi stack output --json, stack dev: error: failed to load checkpoint: access denied',
  });
  makePulumi(`echo '{ "url": "https://x.example", "lake": "b" }'`);
  expect(await dev().read()).toEqual({ url: 'https://x.example', previousReleases: [] });
});

test('without Pulumi it says what to install', async () => {
  makeProject('aws', 'dev');
  vi.stubEnv('PATH', workspace);
  await expect(dev().read()).rejects.toMatchObject({ code: 'environment', message: 'pulumi is not on the PATH' });
});
