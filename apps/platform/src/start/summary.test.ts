import { expect, test } from 'vitest';
import { invitation, type Started, summary } from './summary.ts';

const url = 'http://127.0.0.1:8080';

const started: Started = {
  pipeline: 'sales',
  seconds: 81.96,
  steps: [
    { step: 'ingest', status: 'done', metrics: {}, reports: [] },
    { step: 'evaluate', status: 'done', metrics: { rows: 502_222, auc: 0.726_41 }, reports: ['/w/apps/s/r.html'] },
    { step: 'notify', status: 'skipped', reason: 'evaluate.auc = 0.73 is not > 0.8', metrics: {}, reports: [] },
  ],
  service: {
    model: 'sales',
    version: '3',
    alias: 'champion',
    url,
    predict: `${url}/predict`,
    docs: `${url}/docs`,
    openapi: `${url}/openapi.json`,
  },
  prediction: { input: { origin: "O'Hare", hour: 7 }, output: { chance: 0.087_642_01 } },
};

test('says what ran, what it measured, where the report is and what the model says', () => {
  expect(summary(started)).toBe(`
sales ran in 82.0 s
  ingest    done
  evaluate  rows 502,222, auc 0.7264
  notify    skipped: evaluate.auc = 0.73 is not > 0.8

Report
  /w/apps/s/r.html

sales version 3 (champion) says
  origin O'Hare, hour 7
  → chance 0.08764
`);
});

test('says how to ask a model that is still served, as a command for a shell', () => {
  expect(invitation(started)).toBe(`
Ask it
  curl http://127.0.0.1:8080/predict -H 'content-type: application/json' -d '{"instances":[{"origin":"O'\\''Hare","hour":7}]}'
  http://127.0.0.1:8080/docs

Ctrl-C stops the server.
`);
});
