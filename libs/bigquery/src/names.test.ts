import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runNames } from './names.ts';

test('names tell the pipeline and the step; no two runs share them', () => {
  const of = { step: 'fit-model', project: '/work/apps/flight-delays' };
  const { dataset, labels, jobId } = runNames(of, { team: 'ops' });
  expect(dataset).toMatch(/^ml_flight_delays_fit_model_[\da-f]{12}$/);
  expect(jobId('load_visits')).toBe(`${dataset}_load_visits`);
  expect(labels).toEqual({ 'ml-pipeline': 'flight-delays', 'ml-step': 'fit-model', team: 'ops' });
  expect(runNames(of).dataset).not.toBe(dataset);
  expect(runNames({ step: 'fit' }).dataset).toMatch(/^ml_fit_[\da-f]{12}$/);
});

test('whatever a project is called, BigQuery takes the names', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[a-z][a-z\d-]{1,62}$/), (folder, step) => {
      const { dataset, labels, jobId } = runNames({ step, project: `/work/${folder}` });
      expect(dataset).toMatch(/^\w{1,1024}$/);
      expect(jobId(`export_${folder}`)).toMatch(/^[\w-]{1,1024}$/);
      for (const label of Object.values(labels)) expect(label).toMatch(/^[a-z\d_-]{0,63}$/);
    }),
  );
});
