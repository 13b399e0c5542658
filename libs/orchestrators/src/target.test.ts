import { expect, test } from 'vitest';
import { dvc } from './dvc/dvc.ts';
import { compile } from './target.ts';

test('a pipeline without steps is refused: no engine takes one', () => {
  const document = { version: '1.0', name: 'sales', params: {}, steps: [] };
  expect(() =>
    compile(dvc, document, { runStep: 'run-step.mjs', files: () => [], packages: () => [], sections: [] }),
  ).toThrow(expect.objectContaining({ code: 'config', message: "pipeline 'sales' has no steps" }));
});
