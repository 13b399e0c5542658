import { PlatformError } from '@ml-platform/errors';

export interface Settings {
  /** Who pays; where nothing is said, the one that the credentials name. */
  readonly project: string | undefined;
  /** Where datasets lie and jobs run. */
  readonly location: string;
  /** A place in Cloud Storage that outputs go through. */
  readonly staging: string | undefined;
  /** Address of the API. */
  readonly url: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What differs by where a step runs. `BIGQUERY_EMULATOR_HOST` is the name that Google's own libraries know for an address
 * that isn't the public one.
 *
 * @throws PlatformError `config` for a staging place that is none in Cloud Storage.
 */
export function readSettings(env: Environment = process.env): Settings {
  const { BIGQUERY_PROJECT, BIGQUERY_LOCATION, BIGQUERY_STAGING, BIGQUERY_EMULATOR_HOST } = env;
  if (BIGQUERY_STAGING && !/^gs:\/\/[^/]+/.test(BIGQUERY_STAGING)) {
    throw new PlatformError(`BIGQUERY_STAGING is '${BIGQUERY_STAGING}', expected a place in Cloud Storage`, {
      code: 'config',
      hint: 'name a bucket, and a folder in it: BIGQUERY_STAGING=gs://acme-lake/staging',
    });
  }
  const host = BIGQUERY_EMULATOR_HOST || 'https://bigquery.googleapis.com';
  return {
    project: BIGQUERY_PROJECT || undefined,
    location: BIGQUERY_LOCATION || 'US',
    staging: BIGQUERY_STAGING?.replace(/\/+$/, '') || undefined,
    url: (host.includes('://') ? host : `http://${host}`).replace(/\/+$/, ''),
  };
}
