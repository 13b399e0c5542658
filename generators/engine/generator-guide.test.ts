import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { formatFiles } from './format-files.ts';
import { generatorGuide } from './generator-guide.ts';
import { readGenerators } from './schema.ts';

const WORKSPACE = fileURLToPath(new URL('../../', import.meta.url));
const GUIDE = 'docs/generators.md';
const LIST = new URL('../generators.json', import.meta.url);

/** After a change of a schema: npx vitest run generators/engine -u */
test('the page on generators says what the schemas declare', async () => {
  const formatted = await formatFiles(WORKSPACE, new Map([[GUIDE, generatorGuide(readGenerators())]]));
  await expect(formatted.get(GUIDE)).toMatchFileSnapshot(join(WORKSPACE, GUIDE));
});

test('a generator is described in the same words by nx list and by --help', () => {
  const { generators } = JSON.parse(readFileSync(LIST, 'utf8'));
  for (const { name, schema } of readGenerators()) expect(schema.description).toBe(generators[name].description);
});

test.each(readGenerators())('$name: each example names the generator, and options that it has', ({ name, schema }) => {
  expect(schema.examples.length).toBeGreaterThan(0);
  for (const { command } of schema.examples) {
    expect(command).toMatch(new RegExp(`^npx nx g ${name} [a-z0-9-]+( |$)`));
    const flags = [...command.matchAll(/ --([a-z-]+)/g)].map(([, flag = '']) => flag);
    for (const flag of flags) expect(Object.keys(schema.properties)).toContain(flag);
  }
});
