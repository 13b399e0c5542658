import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveAnswers } from '../answers/answers.ts';
import { LONGEST_NAME } from '../answers/project-name.ts';
import { readTemplate } from '../pack/read-template.ts';
import { fixtureTemplate } from '../testing/fixture-template.ts';
import { writeTree } from '../write/write-tree.ts';
import { render } from './render.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const biome = join(repository, 'node_modules/.bin/biome');
const CONFIG = {
  formatter: { indentStyle: 'space', indentWidth: 2, lineWidth: 120 },
  javascript: { formatter: { quoteStyle: 'single' } },
  json: { formatter: { expand: 'auto' } },
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'format-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/*
 * A line's width grows with the name, so a layout that holds at one letter and at the longest name holds between.
 * A file listed here needs a line that is short enough at 40 letters or too long at one: break it differently.
 */
test.each([1, LONGEST_NAME])(
  'no file of this repository needs another layout with a name of %d letters',
  async (length) => {
    const before = await unformatted(repository);
    const template = readTemplate(repository, '0.1.0');
    const name = 'q'.repeat(length);
    for (const example of ['flight-delays', 'none']) {
      const target = join(folder, example);
      mkdirSync(target);
      writeTree(target, render(template, { ...resolveAnswers({ name }), example }));
      const after = await unformatted(target);
      expect(after.filter((path) => !before.includes(path))).toEqual([]);
    }
  },
  60_000,
);

test('imports and manifests of any width are laid out as the formatter would, for any name', async () => {
  const statements = fc.array(anyStatement(), { minLength: 1, maxLength: 6 });
  const modules = fc.sample(statements, { numRuns: 60, seed: 7 });
  // As this repository has them: already laid out by the formatter, under its own name.
  const source = join(folder, 'source');
  mkdirSync(source);
  writeFileSync(join(folder, 'biome.json'), `${JSON.stringify(CONFIG, null, 2)}\n`);
  for (const [index, lines] of modules.entries()) writeFileSync(join(source, `m${index}.ts`), `${lines.join('\n')}\n`);
  await run(['format', '--write', folder]);
  const template = fixtureTemplate(readModules(source, modules.length));
  for (let length = 1; length <= LONGEST_NAME; length++) {
    const target = join(folder, `letters-${length}`);
    mkdirSync(target);
    writeTree(target, render(template, resolveAnswers({ name: 'q'.repeat(length) })));
  }
  expect(await unformatted(folder)).toEqual([]);
}, 60_000);

function anyStatement(): fc.Arbitrary<string> {
  const identifier = fc.stringMatching(/^[a-z][A-Za-z]{0,24}$/).map((word) => `${word}X`);
  const specifier = fc.oneof(
    identifier,
    identifier.map((word) => `type ${word}`),
    fc.tuple(identifier, identifier).map(([a, b]) => `${a} as ${b}`),
  );
  const from = fc.constantFrom('errors', 'pipeline', 'a-library/with/a-long-path-inside', 'registry');
  const start = fc.constantFrom('import ', 'import type ', 'export ', 'import def, ', 'export type ');
  return fc
    .tuple(start, fc.uniqueArray(specifier, { minLength: 1, maxLength: 6 }), from, fc.boolean())
    .map(([keyword, names, path, open]) => {
      const list = keyword.includes('type') ? names.map((name) => name.replace(/^type /, '')) : names;
      return `${keyword}{${open ? '\n' : ' '}${list.join(', ')} } from '@ml-platform/${path}';`;
    });
}

function readModules(source: string, count: number): Record<string, string> {
  const modules = Array.from({ length: count }, (_, index): [string, string] => {
    return [`libs/errors/src/m${index}.ts`, readFileSync(join(source, `m${index}.ts`), 'utf8')];
  });
  const dependencies = { '@ml-platform/errors': '*', zod: '1.0.0' };
  const manifest = `{ "name": "@ml-platform/x", "files": ["@ml-platform/${'y'.repeat(50)}", "${'z'.repeat(30)}"], "dependencies": ${JSON.stringify(dependencies)} }\n`;
  return {
    ...Object.fromEntries(modules),
    'libs/errors/package.json': manifest,
  };
}

/** Files that Biome's formatter would change, by path. */
async function unformatted(root: string): Promise<string[]> {
  const output = await run(['format', '--reporter=json', '--max-diagnostics=none', '--vcs-enabled=false', root]);
  const { diagnostics }: { diagnostics: { category: string; location: { path: string | { file: string } } }[] } =
    JSON.parse(output);
  return diagnostics
    .filter(({ category }) => category === 'format')
    .map(({ location: { path } }) => (typeof path === 'string' ? path : path.file));
}

function run(args: string[]): Promise<string> {
  return new Promise((settle) => {
    execFile(biome, args, { cwd: args.at(-1), maxBuffer: 1e8 }, (_error, stdout) => settle(stdout));
  });
}
