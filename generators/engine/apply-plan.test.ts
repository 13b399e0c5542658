import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { expect, test } from 'vitest';
import { applyPlan } from './apply-plan.ts';
import type { Plan } from './plan.ts';

const PLAN: Plan = {
  files: new Map([['libs/a/src/a.ts', 'export const a = 1;\n']]),
  edits: new Map([
    ['libs/a/src/index.ts', (text) => (text.includes('./a.ts') ? text : `${text}export * from './a.ts';\n`)],
  ]),
  isThere: false,
  installs: false,
  next: [],
};

function treeWith(files: Record<string, string>) {
  const tree = createTreeWithEmptyWorkspace();
  for (const [path, text] of Object.entries(files)) tree.write(path, text);
  return tree;
}

test('files are made, others edited; a second time nothing changes', () => {
  const tree = treeWith({ 'libs/a/src/index.ts': '// ours\n' });
  expect(applyPlan(tree, PLAN)).toEqual([
    { path: 'libs/a/src/a.ts', before: undefined, after: 'export const a = 1;\n' },
    { path: 'libs/a/src/index.ts', before: '// ours\n', after: "// ours\nexport * from './a.ts';\n" },
  ]);
  expect(applyPlan(tree, { ...PLAN, isThere: true })).toEqual([]);
});

test('edits of what was made before stay', () => {
  const tree = treeWith({
    'libs/a/src/a.ts': 'export const a = 2;\n',
    'libs/a/src/index.ts': "export * from './a.ts';\n",
  });
  expect(applyPlan(tree, { ...PLAN, isThere: true })).toEqual([]);
  expect(tree.read('libs/a/src/a.ts', 'utf8')).toBe('export const a = 2;\n');
});

test('what would overwrite a file is refused by its name, and nothing is written', () => {
  const tree = treeWith({ 'libs/a/src/a.ts': 'mine\n', 'libs/a/src/index.ts': '' });
  expect(() => applyPlan(tree, PLAN)).toThrow('a file is in the way, and nothing was written: libs/a/src/a.ts');
  expect(tree.read('libs/a/src/index.ts', 'utf8')).toBe('');
});
