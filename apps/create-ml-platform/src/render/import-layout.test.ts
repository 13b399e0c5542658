import { expect, test } from 'vitest';
import { layOutImports } from './import-layout.ts';

const LONG = `@${'a'.repeat(100)}`;

test('an import that is too wide is broken, one that fits is joined', () => {
  const line = `import { first, type Second } from '${LONG}/pipeline';\n`;
  const broken = `import {\n  first,\n  type Second,\n} from '${LONG}/pipeline';\n`;
  expect(layOutImports(line, LONG)).toBe(broken);
  expect(layOutImports(broken.replaceAll(LONG, '@a'), '@a')).toBe(line.replaceAll(LONG, '@a'));
});

test('a single name stays on its line at any width', () => {
  const line = `import { first } from '${LONG}/a-library-with-a-long-name';\n`;
  expect(layOutImports(line, LONG)).toBe(line);
});

test("a string that holds an import is nobody's import", () => {
  const source = [
    "import { expect } from 'vitest';",
    '',
    'const source = `',
    `import { a, b } from '${LONG}/x';`,
    '`;',
    '',
  ].join('\n');
  expect(layOutImports(source, LONG)).toBe(source);
});

test('comments between imports are passed over, a name list with a comment is left alone', () => {
  const commented = `/** What this is. */\n// more\nimport {\n  a, // why\n} from '@a/x';\nimport {\n  a,\n} from '@a/y';\n`;
  expect(layOutImports(commented, '@a')).toContain("import { a } from '@a/y';");
  expect(layOutImports(commented, '@a')).toContain('a, // why\n');
});

test('imports of other scopes are left alone', () => {
  const source = "import {\n  a,\n} from 'elsewhere';\n";
  expect(layOutImports(source, '@a')).toBe(source);
});
