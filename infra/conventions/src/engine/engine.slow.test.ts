import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from './index.ts';
import { pulumiCli } from './pulumi-cli.ts';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const cli = await pulumiCli();

let engine: Engine | undefined;
afterEach(() => engine?.close());

async function begin(stack = 'dev'): Promise<Engine> {
  const standIns = { toy: { module: fixture('toy.ts'), export: 'toy' } };
  engine = await openEngine({ folder: fixture('boxes'), standIns });
  if (!engine) throw new Error('there is no pulumi');
  await engine.begin(stack);
  return engine;
}

async function made(stack?: string): Promise<Engine> {
  const begun = await begin(stack);
  expect(await begun.run('up', '--yes', '--skip-preview')).toMatchObject({ exitCode: 0 });
  return begun;
}

const namesIn = (one: Engine) => Object.values(one.readStore('toy')).map(({ urn }) => urn.split('::').at(-1));

describe.skipIf(cli === undefined)("Pulumi's engine", () => {
  test('makes what the program asks for, once', async () => {
    const begun = await begin();
    expect((await begun.changes()).map(({ op }) => op)).toEqual(['create', 'create', 'create']);
    expect(namesIn(begun)).toEqual([]);
    expect(await begun.run('up', '--yes', '--skip-preview')).toMatchObject({ exitCode: 0 });
    expect(Object.values(begun.readStore('toy')).map(({ outputs }) => outputs)).toEqual([
      { address: 'toy://box-0', size: 'small' },
      { address: 'toy://box-1', size: 'small', before: 'toy://box-0' },
    ]);
    expect(await begun.run('up', '--yes', '--expect-no-changes')).toMatchObject({ exitCode: 0 });
  });

  test('one change touches one resource; a name makes a new one', async () => {
    const begun = await made();
    await begun.set('size', 'large');
    expect(await begun.changes()).toEqual([{ op: 'update', urn: expect.stringMatching(/::box-0$/) }]);
    await begun.run('up', '--yes', '--skip-preview');
    await begun.set('name', 'first');
    expect((await begun.changes()).map(({ op }) => op)).toContain('replace');
    expect(await begun.run('up', '--yes', '--skip-preview')).toMatchObject({ exitCode: 0 });
    expect(namesIn(begun).sort()).toEqual(['box-0', 'box-1']);
    expect(await begun.run('preview', '--expect-no-changes')).toMatchObject({ exitCode: 0 });
  });

  test('drift is found, and mended', async () => {
    const begun = await made();
    const drift = () => begun.run('refresh', '--preview-only', '--expect-no-changes');
    expect(await drift()).toMatchObject({ exitCode: 0 });
    const [[key = '', box] = []] = Object.entries(begun.readStore('toy'));
    if (!box) throw new Error('the store is empty');
    begun.writeStore('toy', {
      ...begun.readStore('toy'),
      [key]: { ...box, outputs: { ...box.outputs, size: 'huge' } },
    });
    const found = await drift();
    expect(found.exitCode).not.toBe(0);
    expect(found.output).toContain('box-0');
    expect(await begun.run('up', '--yes', '--skip-preview', '--refresh')).toMatchObject({ exitCode: 0 });
    expect(begun.readStore('toy')[key]?.outputs.size).toBe('small');
  });

  test('what is deleted behind its back is made again', async () => {
    const begun = await made();
    begun.writeStore('toy', {});
    expect(await begun.run('up', '--yes', '--skip-preview', '--refresh')).toMatchObject({ exitCode: 0 });
    expect(namesIn(begun)).toEqual(['box-0', 'box-1']);
  });

  test('after a failure the next update goes on', async () => {
    const begun = await begin();
    begun.failAt('create:box-1');
    const failed = await begun.run('up', '--yes', '--skip-preview');
    expect(failed.exitCode).not.toBe(0);
    expect(failed.output).toContain('told to fail to create');
    expect(namesIn(begun)).toEqual(['box-0']);
    begun.failAt('');
    expect(await begun.run('up', '--yes', '--skip-preview')).toMatchObject({ exitCode: 0 });
    expect(namesIn(begun)).toEqual(['box-0', 'box-1']);
  });

  test('a secret is nowhere in the state, nor in what is printed', async () => {
    const begun = await begin();
    await begun.set('token', 'planted-secret-text', '--secret');
    const { exitCode, output } = await begun.run('up', '--yes', '--diff');
    expect(exitCode).toBe(0);
    expect(output).not.toContain('planted-secret-text');
    expect(await begun.state()).not.toContain('planted-secret-text');
    expect(JSON.stringify(begun.readStore('toy'))).toContain('planted-secret-text');
    await begun.run('refresh', '--yes');
    expect(await begun.state()).not.toContain('planted-secret-text');
  });

  test('destroy leaves nothing, and up makes it again', async () => {
    const begun = await made();
    expect(await begun.run('destroy', '--yes', '--skip-preview')).toMatchObject({ exitCode: 0 });
    expect(begun.readStore('toy')).toEqual({});
    expect(JSON.parse(await begun.state()).deployment.resources ?? []).toEqual([]);
    expect(await begun.run('up', '--yes', '--skip-preview')).toMatchObject({ exitCode: 0 });
    expect(namesIn(begun)).toEqual(['box-0', 'box-1']);
  });

  test('what is protected stays, and is named', async () => {
    const begun = await made('prod');
    const refused = await begun.run('destroy', '--yes', '--skip-preview');
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toMatch(/box-0.*protected|protected.*box-0/s);
    expect(namesIn(begun)).toContain('box-0');
  });

  test('a wrong config is refused before anything is made', async () => {
    const begun = await begin();
    await begun.set('size', 'huge');
    await begun.set('colour', 'red');
    const { exitCode, output } = await begun.run('up', '--yes', '--skip-preview');
    expect(exitCode).not.toBe(0);
    expect(output).toContain('Pulumi.dev.yaml: size: got "huge"');
    expect(output).toContain('Pulumi.dev.yaml: colour: got "red"');
    expect(begun.readStore('toy')).toEqual({});
  });
});
