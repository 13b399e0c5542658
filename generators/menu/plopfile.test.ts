import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import nodePlop from 'node-plop';
import { expect, test } from 'vitest';
import { flagsOf, promptsOf, type Schema } from './prompts.ts';

const schemaOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../${name}/schema.json`, import.meta.url), 'utf8')) as Schema;

test("the menu has every generator, with its schema's questions", async () => {
  const plop = await nodePlop(fileURLToPath(new URL('./plopfile.ts', import.meta.url)));
  expect(plop.getGeneratorList().map(({ name }) => name)).toEqual(['library', 'pipeline', 'service', 'step']);
  const { properties } = schemaOf('step');
  const names = (plop.getGenerator('step').prompts as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual(Object.keys(properties).filter((name) => name !== 'skipInstall'));
});

test('questions are checked by the schema, and answers become flags', () => {
  const [name, , after, kind] = promptsOf(schemaOf('step'));
  expect(name).toMatchObject({ type: 'input', message: 'What is the step called?' });
  expect(name?.validate?.('clean-rows')).toBe(true);
  expect(name?.validate?.('Clean rows')).toContain("'Clean rows' does not match");
  expect(name?.validate?.('')).toContain('needed');
  expect(after?.validate?.('')).toBe(true);
  expect(kind).toMatchObject({ type: 'list', choices: ['ingest', 'transform', 'check'], default: 'transform' });
  expect(flagsOf({ name: 'clean', after: '', kind: 'check' })).toEqual(['--name=clean', '--kind=check']);
});
