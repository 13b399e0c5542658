import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkDocument } from '../document/check-document.ts';
import { readOutcomes } from './outcome.ts';

const runner = { language: 'typescript', module: 'one.run.ts' };
const document = checkDocument({
  version: '1.0',
  name: 'sales',
  params: {},
  steps: [
    { name: 'notify', runner, paramsKey: 'notify', inputs: {}, outputs: {}, after: ['register'] },
    { name: 'register', runner, paramsKey: 'register', inputs: {}, outputs: {}, after: ['evaluate'] },
    {
      name: 'evaluate',
      runner,
      paramsKey: 'evaluate',
      inputs: {},
      outputs: {
        quality: { kind: 'metrics', path: 'quality.json', metrics: ['auc'] },
        size: { kind: 'metrics', path: 'size.json', metrics: ['rows'] },
        report: { kind: 'report', path: 'report.html' },
      },
    },
  ],
});

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'outcome-'));
});
afterEach(() => rm(project, { recursive: true }));

async function leave(path: string, content: object): Promise<void> {
  await mkdir(join(project, 'artifacts', path, '..'), { recursive: true });
  await writeFile(join(project, 'artifacts', path), JSON.stringify(content));
}

test('each step with its metrics and reports, why it was skipped, or that it has not run', async () => {
  await leave('evaluate/quality.json', { auc: 0.7 });
  await leave('evaluate/size.json', { rows: 12 });
  await leave('register/skipped.json', { reason: 'evaluate.auc = 0.7 is not > 0.8' });
  expect(await readOutcomes(document, project)).toEqual([
    {
      step: 'evaluate',
      status: 'done',
      metrics: { auc: 0.7, rows: 12 },
      reports: [join(project, 'artifacts/evaluate/report.html')],
    },
    { step: 'register', status: 'skipped', reason: 'evaluate.auc = 0.7 is not > 0.8', metrics: {}, reports: [] },
    { step: 'notify', status: 'missing', metrics: {}, reports: [] },
  ]);
});
