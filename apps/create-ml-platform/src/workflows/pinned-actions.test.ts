import { expect, test } from 'vitest';
import { everyWorkflow, isAction, isWorkflow } from './every-workflow.ts';
import { PINNED_ACTIONS } from './pinned-actions.ts';

const uses = everyWorkflow().flatMap(({ whose, files }) =>
  [...files]
    .filter(([path]) => isWorkflow(path) || isAction(path))
    .flatMap(([path, text]) =>
      [...text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, used = '']) => ({ whose, path, used })),
    ),
);
const others = uses.filter(({ used }) => !used.startsWith('./'));

test('every action of others is pinned by the commit of the tag that stands beside it', () => {
  const wanted = others.map((one) => {
    const [name = ''] = one.used.split('@');
    const { tag, commit } = PINNED_ACTIONS[name] ?? {};
    return { ...one, used: `${name}@${commit} # ${tag}` };
  });
  expect(others.length).toBeGreaterThan(50);
  expect(others).toEqual(wanted);
});

test('the table has commits and tags, in order, and nothing that no workflow uses', () => {
  for (const [name, { tag, commit }] of Object.entries(PINNED_ACTIONS)) {
    expect([name, tag, commit]).toEqual([
      expect.stringMatching(/^[\w-]+\/[\w-]+$/),
      expect.stringMatching(/^v\d+\.\d+\.\d+$/),
      expect.stringMatching(/^[0-9a-f]{40}$/),
    ]);
  }
  const names = Object.keys(PINNED_ACTIONS);
  expect(names).toEqual(names.toSorted());
  expect(names).toEqual([...new Set(others.map(({ used }) => used.split('@')[0]))].toSorted());
});

test("an action of the repository's own is there", () => {
  const files = new Map(everyWorkflow().map(({ whose, files: all }) => [whose, all]));
  const own = uses.filter(({ used }) => used.startsWith('./'));
  const missing = own.filter(({ whose, used }) => {
    const path = used.replace('./', '');
    return !files.get(whose)?.has(path.endsWith('.yml') ? path : `${path}/action.yml`);
  });
  expect(own.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});
