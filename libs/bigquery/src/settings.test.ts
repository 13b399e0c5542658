import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

test('what is not said is as BigQuery has it', () => {
  const url = 'https://bigquery.googleapis.com';
  expect(readSettings({})).toEqual({ project: undefined, location: 'US', staging: undefined, url });
});

test('what is said', () => {
  const env = {
    BIGQUERY_PROJECT: 'acme',
    BIGQUERY_LOCATION: 'europe-west4',
    BIGQUERY_STAGING: 'gs://lake/staging/',
    BIGQUERY_EMULATOR_HOST: 'localhost:9050',
  };
  const said = {
    project: 'acme',
    location: 'europe-west4',
    staging: 'gs://lake/staging',
    url: 'http://localhost:9050',
  };
  expect(readSettings(env)).toEqual(said);
});
