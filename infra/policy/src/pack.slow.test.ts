import { fileURLToPath } from 'node:url';
import { type Engine, openEngine, pulumiCli } from '@ml-platform/conventions/engine';
import { execa } from 'execa';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';

const pack = fileURLToPath(new URL('..', import.meta.url));
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const cli = await pulumiCli();

let engine: Engine | undefined;
afterEach(() => engine?.close());

async function begin(config: Readonly<Record<string, string>> = {}): Promise<Engine> {
  const standIns = { aws: { module: fixture('stand-in.ts'), export: 'cloud' } };
  engine = await openEngine({ folder: fixture('lake'), standIns });
  if (!engine) throw new Error('there is no pulumi');
  await engine.begin('dev');
  for (const [key, value] of Object.entries(config)) await engine.set(key, value);
  return engine;
}

describe.skipIf(cli === undefined)("the pack in Pulumi's own engine", () => {
  beforeAll(() => execa(process.execPath, ['scripts/build-pack.mjs'], { cwd: pack }).then(() => undefined));

  test('a stack that keeps the rules is previewed and made', async () => {
    const begun = await begin();
    const preview = await begun.run('preview', '--policy-pack', pack);
    expect(preview.output).not.toMatch(/\[(mandatory|advisory)\]/);
    expect(preview.exitCode).toBe(0);
    expect(await begun.run('up', '--yes', '--skip-preview', '--policy-pack', pack)).toMatchObject({ exitCode: 0 });
  });

  test('a preview names each mandatory rule that is broken, and fails', async () => {
    const begun = await begin({ open: 'true', retention: '3653', tags: 'none' });
    const { exitCode, output } = await begun.run('preview', '--policy-pack', pack);
    expect(exitCode).not.toBe(0);
    for (const rule of ['bucket-blocks-public-access', 'logs-expire', 'resources-are-tagged']) {
      expect(output).toContain(`[mandatory]  ${rule}`);
    }
    expect(output).toContain('retentionInDays is 3653');
  });

  test('what is known only while a stack is made stops there, before the resource is', async () => {
    const begun = await begin({ action: 's3:*' });
    expect(await begun.run('preview', '--policy-pack', pack)).toMatchObject({ exitCode: 0 });
    const { exitCode, output } = await begun.run('up', '--yes', '--skip-preview', '--policy-pack', pack);
    expect(exitCode).not.toBe(0);
    expect(output).toContain('iam-lists-actions');
    const types = Object.keys(begun.readStore('aws')).map((key) => key.split(' ')[0]);
    expect(types).toContain('aws:s3/bucket:Bucket');
    expect(types).not.toContain('aws:iam/rolePolicy:RolePolicy');
  });
});
