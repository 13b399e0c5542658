import type { S3Client } from '@aws-sdk/client-s3';
import type { LakeObject } from '../events/object-created.ts';
import { parseExpectedSchema, schemaProblems } from './expected-schema.ts';
import { readerOf, Unusable } from './found-columns.ts';
import { quarantine } from './quarantine.ts';
import { isGone, readText } from './read-object.ts';

export type Verdict =
  | { readonly result: 'good' | 'ignored' | 'gone'; readonly key: string }
  | {
      readonly result: 'refused';
      readonly key: string;
      readonly reason: string;
      /** Where it is now; left out where it is too large to be moved. */
      readonly movedTo?: string;
    };

export interface ValidateOptions {
  readonly s3: S3Client;
  /** Key of the folder with `<dataset>.json`; a dataset without one is only checked for being readable. */
  readonly schemas: string;
}

/** Checks a new file of the lake, and moves it away where nobody can use it. Checking twice does no harm. */
export async function validateObject(object: LakeObject, options: ValidateOptions): Promise<Verdict> {
  const { key } = object;
  const dataset = datasetOf(key);
  const read = readerOf(key);
  if (dataset === undefined || read === undefined) return { result: 'ignored', key };
  try {
    const reason = await findReason(object, dataset, options);
    if (reason === undefined) return { result: 'good', key };
    const movedTo = await quarantine(options.s3, object, reason);
    return { result: 'refused', key, reason, ...(movedTo !== undefined && { movedTo }) };
  } catch (error) {
    if (isGone(error)) return { result: 'gone', key };
    throw error;
  }
}

/** `orders` of `raw/orders/day=2026-01-31/part-0.parquet`; undefined for what ingestion keeps for itself in `_` folders. */
export function datasetOf(key: string): string | undefined {
  const [, dataset = '', ...rest] = key.split('/');
  const isOwn = [dataset, ...rest].some((part) => part.startsWith('_') || part.startsWith('.'));
  return rest.length === 0 || dataset === '' || isOwn ? undefined : dataset;
}

async function findReason(object: LakeObject, dataset: string, { s3, schemas }: ValidateOptions) {
  const read = readerOf(object.key);
  if (object.size === 0) return 'it is empty';
  const file = `${schemas}${dataset}.json`;
  try {
    const found = await read?.(s3, object);
    const text = await readText(s3, object.bucket, file);
    if (text === undefined || found === undefined) return undefined;
    const problems = schemaProblems(parseExpectedSchema(text, file), found);
    return problems.length === 0 ? undefined : problems.join('; ');
  } catch (error) {
    if (error instanceof Unusable) return error.message;
    throw error;
  }
}
