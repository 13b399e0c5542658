import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { layOut, machineAt } from '../testing/lay-out.ts';
import { requirementsCheck } from './requirements.ts';

const EXAMPLE = fileURLToPath(new URL('../../../../flight-delays/', import.meta.url));

function look(source: string, lock?: string) {
  const files = { 'apps/sales/package.json': {}, 'apps/sales/requirements.in': source };
  return requirementsCheck.look(
    machineAt(layOut({ ...files, ...(lock !== undefined && { 'apps/sales/requirements.txt': lock }) })),
  );
}

const pin = (name: string, version: string, via = '-r requirements.in') =>
  `${name}==${version} \\\n    --hash=sha256:${'0'.repeat(64)}\n    # via ${via}\n`;

const LOCK = pin('scikit-learn', '1.7.2') + pin('numpy', '2.3.4', 'scikit-learn') + pin('polars', '1.34.0');

test("the example's lock is in step", async () => {
  const [source, lock] = ['requirements.in', 'requirements.txt'].map((name) =>
    readFileSync(join(EXAMPLE, name), 'utf8'),
  );
  expect(await look(source ?? '', lock)).toEqual([
    { status: 'ok', what: 'apps/sales/requirements.txt', found: 'in step with requirements.in' },
  ]);
});

test.each([
  ['scikit_learn>=1.5,<2\n# a comment\n--extra-index-url x\npolars ~= 1.30 ; python_version > "3.9"\n'],
  ['Scikit.Learn[all]==1.7.2\npolars!=1.33.0\n'],
  ['scikit-learn\npolars @ https://example.com/polars-9.9.9.whl\n'],
])('%j is in step', async (source) => {
  expect(await look(source, LOCK)).toMatchObject([{ status: 'ok' }]);
});

test.each([
  ['scikit-learn\npolars\nduckdb\n', LOCK, 'duckdb is not in it'],
  ['scikit-learn\n', LOCK, 'polars is asked for no more'],
  ['scikit-learn>=1.8\npolars\n', LOCK, 'scikit-learn is 1.7.2, and requirements.in asks for >=1.8'],
  ['scikit-learn~=1.6.0\npolars<1\n', LOCK, 'scikit-learn is 1.7.2, and requirements.in asks for ~=1.6.0, and 1 more'],
  ['polars\n', undefined, 'not there'],
  ['polars\n', `<<<<<<< HEAD\n${LOCK}`, 'a merge left conflicts in it'],
])('%j is out of step', async (source, lock, found) => {
  expect(await look(source, lock)).toEqual([
    {
      status: 'broken',
      what: 'apps/sales/requirements.txt',
      found,
      wanted: 'in step with requirements.in',
      mend: 'npx platform lock sales',
    },
  ]);
});
