import { expect, test } from 'vitest';
import type { Plan } from './plan.ts';
import { planChanges } from './plan-changes.ts';

const PLAN: Plan = {
  files: new Map([['libs/a/src/a.ts', 'export const a = 1;\n']]),
  edits: new Map([
    ['libs/a/src/index.ts', (text) => (text.includes('./a.ts') ? text : `${text}export * from './a.ts';\n`)],
  ]),
  isThere: false,
  installs: false,
  next: [],
};

const changes = (files: Record<string, string>, plan = PLAN) => {
  const read = (path: string) => files[path] ?? null;
  return planChanges({ read: read as Parameters<typeof planChanges>[0]['read'] }, plan);
};

test('files are made, others edited, and these come last', () => {
  expect(changes({ 'libs/a/src/index.ts': '// ours\n' })).toEqual([
    { path: 'libs/a/src/a.ts', before: undefined, after: 'export const a = 1;\n' },
    { path: 'libs/a/src/index.ts', before: '// ours\n', after: "// ours\nexport * from './a.ts';\n" },
  ]);
});

test('a second time nothing changes, and edits of what was made before stay', () => {
  const index = "export * from './a.ts';\n";
  const again = { ...PLAN, isThere: true };
  expect(changes({ 'libs/a/src/a.ts': 'export const a = 1;\n', 'libs/a/src/index.ts': index }, again)).toEqual([]);
  expect(changes({ 'libs/a/src/a.ts': 'export const a = 2;\n', 'libs/a/src/index.ts': index }, again)).toEqual([]);
});

test('what would overwrite a file is refused by its name', () => {
  expect(() => changes({ 'libs/a/src/a.ts': 'mine\n', 'libs/a/src/index.ts': '' })).toThrow(
    'a file is in the way, and nothing was written: libs/a/src/a.ts',
  );
});
