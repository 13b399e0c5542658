import { PlatformError } from '@ml-platform/errors';
import { expect, test } from 'vitest';
import type { Check } from './check.ts';
import { examine } from './examine.ts';
import { broken, ok, warning } from './finding.ts';
import { describeExamination, examinationOf } from './report.ts';
import { layOut, machineAt } from './testing/lay-out.ts';

const fine: Check = { group: 'Tools', title: 'fine', look: () => [ok('Git', '2.39.5')] };
const old: Check = {
  group: 'Project',
  title: 'old',
  look: async () => [warning('the repository', 'none', { wanted: 'one', mend: 'git init' })],
};
const here = () => machineAt(layOut({}));

test('what a check throws is a finding, and the others go on', async () => {
  const defects: unknown[] = [];
  const checks: Check[] = [
    {
      ...fine,
      title: 'a defect',
      look: () => {
        throw new TypeError('x is undefined');
      },
    },
    {
      ...fine,
      title: 'refused',
      look: async () => {
        throw new PlatformError('no', { code: 'config', hint: 'mend it' });
      },
    },
    { ...fine, title: 'slow', patience: 0.05, look: () => new Promise(() => undefined) },
    fine,
  ];
  expect(await examine(checks, here(), { defect: (thrown) => defects.push(thrown) })).toEqual([
    {
      group: 'Tools',
      status: 'broken',
      what: 'a defect',
      found: "it can't be looked at: x is undefined",
      mend: 'npx create-ml-platform doctor --debug',
    },
    { group: 'Tools', status: 'broken', what: 'refused', found: 'no', mend: 'mend it' },
    expect.objectContaining({ status: 'broken', what: 'slow', found: 'no answer in 0.05 s' }),
    { group: 'Tools', status: 'ok', what: 'Git', found: '2.39.5' },
  ]);
  expect(defects).toEqual([new TypeError('x is undefined')]);
});

test('offline, nothing beyond the machine is asked', async () => {
  const remote: Check = {
    ...fine,
    title: 'remote',
    network: true,
    look: () => {
      throw new Error('asked');
    },
  };
  expect(await examine([remote], machineAt(layOut({}), {}, { offline: true }))).toMatchObject([
    { status: 'skipped', what: 'remote', found: '--offline' },
  ]);
});

test('progress names what is still looked at', async () => {
  const seen: string[][] = [];
  await examine([fine, old], here(), { progress: (titles) => seen.push([...titles]) });
  expect(seen[0]).toEqual(['fine', 'old']);
  expect(seen.at(-1)).toEqual([]);
});

test('findings stand by group, and the last line says how it is', async () => {
  const findings = await examine([fine, old], here());
  const about = { version: '1.2.3', folder: '/acme', strict: false };
  expect(describeExamination(examinationOf(findings, about))).toBe(`Project
  warning  the repository: none; wanted: one
             → git init

Tools
           Git: 2.39.5

Healthy: 1 to look at, 1 fine.
`);
  expect(examinationOf(findings, { ...about, strict: true }).healthy).toBe(false);
  const lost = { group: 'Tools', ...broken('Git', 'not on the PATH', { mend: 'x' }) } as const;
  expect(examinationOf([...findings, lost], about)).toMatchObject({ healthy: false, counts: { broken: 1, ok: 1 } });
});
