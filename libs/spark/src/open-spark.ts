import { dataproc, DATAPROC_FORM } from './dataproc.ts';
import { EMR_SERVERLESS_FORM, emrServerless } from './emr-serverless.ts';
import { GLUE_FORM, glue } from './glue.ts';
import { type Place, parsePlace } from './place.ts';
import type { SparkService } from './service.ts';
import { SYNAPSE_FORM, synapse } from './synapse.ts';

const FORMS = {
  'emr-serverless': EMR_SERVERLESS_FORM,
  glue: GLUE_FORM,
  dataproc: DATAPROC_FORM,
  synapse: SYNAPSE_FORM,
} as const;

const SERVICES: Readonly<Record<string, (place: Place) => SparkService>> = {
  'emr-serverless': emrServerless,
  glue,
  dataproc,
  synapse,
};

/**
 * A Spark service by its address; nothing is asked of it yet, and libraries for signing in are loaded with the first
 * question.
 *
 * @throws PlatformError `usage` for what is no such address, `notFound`, `environment` and `config` from each method in the
 * service's own words.
 * @example
 * ```ts
 * const spark = openSpark('emr-serverless://00f1abc?role=arn:aws:iam::123456789012:role/spark&region=eu-west-1');
 * ```
 */
export function openSpark(text: string): SparkService {
  const place = parsePlace(text, FORMS);
  const open = SERVICES[place.scheme];
  if (open === undefined) throw new Error(`unreachable: ${place.scheme} has a form`);
  return open(place);
}
