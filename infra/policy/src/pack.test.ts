import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { AWS_RULES } from './index.ts';

test('each rule has a name of its own, and says why and what to do', () => {
  expect(new Set(AWS_RULES.map(({ name }) => name)).size).toBe(AWS_RULES.length);
  for (const { name, description } of AWS_RULES) {
    expect(name).toMatch(/^[a-z]+(-[a-z0-9]+)+$/);
    expect(description.split(/[.:] /).length, name).toBeGreaterThan(1);
    expect(description, name).toMatch(/\.$/);
  }
});

test('the compiled pack loads no SDK of a cloud', async () => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL('pack.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['@pulumi/*'],
    metafile: true,
    write: false,
  });
  const [output] = Object.values(metafile.outputs);
  const loaded = output?.imports.filter(({ external }) => external).map(({ path }) => path);
  expect(new Set(loaded)).toEqual(new Set(['@pulumi/policy', 'node:crypto']));
});
