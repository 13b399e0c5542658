import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layOut, machineAt } from '../testing/lay-out.ts';
import { driftCheck } from './drift.ts';

const NOTHING = { added: [], changed: [], deleted: [], renamed: [] };

function look(script: string, { version = '1.2.3', offline = false } = {}) {
  const record = { template: `create-ml-platform@${version}`, answers: { name: 'acme' } };
  const folder = layOut({ 'platform.json': record, 'diff.mjs': script });
  return driftCheck.look(machineAt(folder, {}, { offline, script: join(folder, 'diff.mjs') }));
}

const printing = (files: object) =>
  `const [, , ...args] = process.argv;
  if (args.join(' ') !== 'diff --json') process.exit(9);
  console.log(JSON.stringify({ version: '1.2.3', files: ${JSON.stringify(files)} }));`;

test('what the team changed is counted', async () => {
  expect(await look(printing(NOTHING))).toEqual([
    { status: 'ok', what: 'the template', found: 'all is as create-ml-platform 1.2.3 made it' },
  ]);
  expect(await look(printing({ ...NOTHING, added: ['a', 'b'], deleted: ['c'] }))).toEqual([
    {
      status: 'note',
      what: 'the template',
      found: '2 added, 1 deleted since create-ml-platform 1.2.3',
      mend: 'npx create-ml-platform diff',
    },
  ]);
});

test('where it can not be told, it is said why', async () => {
  const refuses = `process.stderr.write('fetching …\\nerror: platform.json is not committed\\nhint:  git add\\n'); process.exit(2);`;
  expect(await look(refuses)).toEqual([
    { status: 'skipped', what: 'the template', found: 'platform.json is not committed' },
  ]);
  expect(await look('process.exit(9)', { version: '9.0.0', offline: true })).toMatchObject([
    { status: 'skipped', found: '--offline, and create-ml-platform 9.0.0 has to be fetched' },
  ]);
  expect(await look(printing(NOTHING), { offline: true })).toMatchObject([{ status: 'ok' }]);
  expect(await driftCheck.look(machineAt(layOut({ 'platform.json': '{' })))).toMatchObject([{ status: 'skipped' }]);
});
