import { fileURLToPath } from 'node:url';
import nodePlop from 'node-plop';
import { expect, test } from 'vitest';
import { readGenerators, type Schema } from '../engine/schema.ts';
import { flagsOf, promptsOf } from './prompts.ts';

const SCHEMA: Schema = {
  description: 'Makes a fruit.',
  examples: [],
  properties: {
    name: { type: 'string', pattern: '^[a-z-]+$', description: 'Its name.', 'x-prompt': 'What is it called?' },
    kind: { type: 'string', enum: ['apple', 'plum'], default: 'plum', description: 'Which it is.' },
    stones: { type: 'integer', description: 'How many stones it has.' },
    ripe: { type: 'boolean', default: false, description: 'Whether it is ripe.' },
    skipInstall: { type: 'boolean', default: false, description: 'Leaves npm install to you.' },
  },
  required: ['name'],
  allOf: [
    {
      if: { properties: { kind: { enum: ['apple'] } } },
      // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
      then: { properties: { stones: false } },
    },
  ],
};

test("the menu has every generator, with its schema's questions", async () => {
  const plop = await nodePlop(fileURLToPath(new URL('./plopfile.ts', import.meta.url)));
  const generators = readGenerators();
  expect(plop.getGeneratorList()).toEqual(
    generators.map(({ name, schema }) => ({ name, description: schema.description })),
  );
  for (const { name, schema } of generators) {
    const asked = (plop.getGenerator(name).prompts as { name: string }[]).map((prompt) => prompt.name);
    expect(asked).toEqual(Object.keys(schema.properties).filter((option) => option !== 'skipInstall'));
  }
});

test('questions are checked by the schema, and answers become flags', () => {
  const [name, kind, stones, ripe] = promptsOf(SCHEMA);
  expect(name).toMatchObject({ type: 'input', message: 'What is it called?' });
  expect(name?.validate?.('golden-drop')).toBe(true);
  expect(name?.validate?.('Golden drop')).toContain("'Golden drop' does not match");
  expect(name?.validate?.('')).toContain('needed');
  expect(kind).toMatchObject({ type: 'list', choices: ['apple', 'plum'], default: 'plum' });
  expect(stones?.validate?.('')).toBe(true);
  expect(stones?.validate?.('one')).toBe("'one' is no number");
  expect(ripe).toMatchObject({ type: 'confirm', message: 'ripe: Whether it is ripe.', default: false });
  expect(flagsOf({ name: 'mirabelle', stones: '', ripe: true })).toEqual(['--name=mirabelle', '--ripe=true']);
});

test('a question that an answer makes pointless is not asked', () => {
  const [, , stones, ripe] = promptsOf(SCHEMA);
  expect(stones?.when({ kind: 'apple' })).toBe(false);
  expect(stones?.when({ kind: 'plum' })).toBe(true);
  expect(ripe?.when({ kind: 'apple' })).toBe(true);
});

test.each(readGenerators())('$name: what decides on a question is asked before it', ({ schema }) => {
  const options = Object.keys(schema.properties);
  for (const { if: condition, then } of schema.allOf ?? []) {
    const deciding = Object.keys(condition.properties).map((name) => options.indexOf(name));
    const decided = Object.keys(then.properties).map((name) => options.indexOf(name));
    expect(Math.min(...deciding, ...decided)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...deciding)).toBeLessThan(Math.min(...decided));
  }
});

test.each(readGenerators())(
  '$name: Nx, which knows no conditions, asks for nothing that a default decides on',
  ({ schema }) => {
    const pointless = schema.allOf?.filter(({ if: { properties } }) =>
      Object.entries(properties).every(([name, { enum: values }]) => values.includes(schema.properties[name]?.default)),
    );
    const options = pointless?.flatMap(({ then }) => Object.keys(then.properties)) ?? [];
    for (const option of options) expect(schema.properties[option]?.['x-prompt'], option).toBeUndefined();
  },
);
