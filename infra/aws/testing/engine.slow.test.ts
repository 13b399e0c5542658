import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Engine, openEngine, pulumiCli } from '@ml-platform/conventions/engine';
import { stackNamesIn } from '@ml-platform/conventions/program';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STACK_CONFIG } from '../config/settings.ts';
import { changeByHand } from './change-by-hand.ts';

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const pack = join(dirname(folder), 'policy');
const secrets = Object.keys(STACK_CONFIG.secrets ?? {});
const cli = await pulumiCli();

/** A stack whose destruction is refused as long as what holds state is protected. */
const isProtected = (stack: string) => stack === 'prod';

async function begin(stack: string, project = folder): Promise<Engine> {
  const standIns = { aws: { module: join(folder, 'testing/stand-in.ts'), export: 'awsStandIn' } };
  const engine = await openEngine({ folder: project, standIns });
  if (!engine) throw new Error('there is no pulumi');
  await engine.begin(stack);
  return engine;
}

const up = (engine: Engine) => engine.run('up', '--yes', '--skip-preview', '--policy-pack', pack);
const destroy = (engine: Engine) => engine.run('destroy', '--yes', '--skip-preview');

/** The lines that name a policy that is broken, with what it says. */
function violationsIn(output: string): string[] {
  return [...output.matchAll(/\[(?:mandatory|advisory)\] .*\n.*\n.*/g)].map(([text]) => text);
}

async function expectNothingLeft(engine: Engine): Promise<void> {
  expect(engine.readStore('aws')).toEqual({});
  expect(JSON.parse(await engine.state()).deployment.resources ?? []).toEqual([]);
}

describe.skipIf(cli === undefined)("Pulumi's engine", () => {
  beforeAll(() => execa(process.execPath, ['scripts/build-pack.mjs'], { cwd: pack }).then(() => undefined));

  describe.each(stackNamesIn(folder))('stack %s', (stack) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await begin(stack);
    });
    afterAll(() => engine?.close());

    test('a preview keeps the policies', async () => {
      const { exitCode, output } = await engine.run('preview', '--policy-pack', pack);
      expect(violationsIn(output)).toEqual([]);
      expect(exitCode).toBe(0);
    });

    test('it is made, its secrets encrypted, and then nothing is left to do', async () => {
      for (const secret of secrets) await engine.set(secret, `https://example.com/planted-${secret}`, '--secret');
      const { exitCode, output } = await up(engine);
      expect(violationsIn(output)).toEqual([]);
      expect(exitCode).toBe(0);
      expect(`${output} ${await engine.state()}`).not.toContain('planted-');
      expect(await engine.run('preview', '--expect-no-changes')).toMatchObject({ exitCode: 0 });
    });

    test('one change touches only what it is about', async () => {
      await engine.set('keys.deletionDays', '21');
      const changes = await engine.changes();
      expect(changes.length).toBeGreaterThan(0);
      for (const { op, urn } of changes) expect(`${op} ${urn}`).toMatch(/^update .*aws:kms\/key:Key::/);
      await up(engine);
    });

    test('drift is found', async () => {
      const drift = () => engine.run('refresh', '--preview-only', '--expect-no-changes');
      expect(await drift()).toMatchObject({ exitCode: 0 });
      const { before } = changeByHand(engine);
      const { exitCode, output } = await drift();
      expect(exitCode).not.toBe(0);
      expect(output).toContain(before.urn.split('::').at(-1));
      expect(await engine.run('up', '--yes', '--skip-preview', '--refresh')).toMatchObject({ exitCode: 0 });
    });

    if (isProtected(stack)) {
      test('its destruction is refused, and what holds state is named', async () => {
        const { exitCode, output } = await destroy(engine);
        expect(exitCode).not.toBe(0);
        expect(output).toContain('protected');
        expect(Object.keys(engine.readStore('aws'))).not.toEqual([]);
        expect(await engine.run('state unprotect', '--all', '--yes')).toMatchObject({ exitCode: 0 });
      });
    }

    test('its destruction leaves nothing, and it can be made again', async () => {
      expect(await destroy(engine)).toMatchObject({ exitCode: 0 });
      await expectNothingLeft(engine);
      expect(await up(engine)).toMatchObject({ exitCode: 0 });
      expect(Object.keys(engine.readStore('aws'))).not.toEqual([]);
    });
  });

  test('what an account needs once is made, and protected', async () => {
    const engine = await begin('bootstrap', join(folder, 'bootstrap'));
    try {
      const { exitCode, output } = await up(engine);
      expect(violationsIn(output)).toEqual([]);
      expect(exitCode).toBe(0);
      expect(await engine.run('preview', '--expect-no-changes')).toMatchObject({ exitCode: 0 });
      const refused = await destroy(engine);
      expect(refused.exitCode).not.toBe(0);
      expect(refused.output).toContain('protected');
    } finally {
      await engine.close();
    }
  });

  test('a wrong config is refused before anything is made', async () => {
    const engine = await begin('dev');
    try {
      await engine.set('keys.deletionDays', '3');
      await engine.set('keys.deletionDay', '7');
      const { exitCode, output } = await up(engine);
      expect(exitCode).not.toBe(0);
      expect(output).toContain('keys.deletionDays: got 3');
      expect(output).toContain('keys.deletionDay: got 7');
      expect(engine.readStore('aws')).toEqual({});
    } finally {
      await engine.close();
    }
  });
});
