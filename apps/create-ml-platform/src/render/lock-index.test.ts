import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveAnswers } from '../answers/answers.ts';
import { problemWith } from '../answers/project-name.ts';
import { readTemplate } from '../pack/read-template.ts';
import { textOf } from '../testing/fixture-template.ts';
import { render } from './render.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const indexed = readTemplate(repository, '0.1.0');
const { lock: index, ...plain } = indexed;

test('the index says where each entry of the lock file ends', () => {
  const lock = readFileSync(`${repository}package-lock.json`);
  const paths = Object.keys(JSON.parse(lock.toString()).packages);
  expect(index?.paths.split('\n')).toEqual(paths);
  const ends = index?.ends.map((end) => lock.toString('utf8', end - 1, end + 2)) ?? [];
  expect(new Set(ends.slice(0, -1))).toEqual(new Set(['},\n']));
  expect(ends.at(-1)).toBe('}\n ');
});

test.each(['flight-delays', 'none'])(
  'with the example %s, any name gives the same files with the index and without',
  (example) => {
    const names = fc.stringMatching(/^[a-z][a-z0-9]{0,20}(-[a-z0-9]{1,10}){0,2}$/).filter((name) => !problemWith(name));
    const check = (name: string) => {
      const answers = { ...resolveAnswers({ name }), example };
      const [withIndex, without] = [render(indexed, answers), render(plain, answers)];
      for (const path of ['package-lock.json', 'package.json'])
        expect(textOf(withIndex, path)).toBe(textOf(without, path));
    };
    fc.assert(fc.property(names, check), { numRuns: 40 });
    for (const name of ['a', 'zz', 'types', 'nx-ml', 'q'.repeat(40)]) check(name);
  },
);
