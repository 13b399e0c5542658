import type { S3Client } from '@aws-sdk/client-s3';
import { messageOf } from '@ml-platform/errors';
import { parquetMetadataAsync, parquetSchema } from 'hyparquet';
import type { LakeObject } from '../events/object-created.ts';
import { columnType } from './column-type.ts';
import { beginningOf, csvHeader, HEADER_BYTES } from './csv-header.ts';
import type { FoundColumns } from './expected-schema.ts';
import { isGone, readRange } from './read-object.ts';

/** The shortest file that has a footer: both marks and its length. */
const SHORTEST_PARQUET = 12;

/** A file that nobody can use, and why. */
export class Unusable extends Error {}

type Reader = (s3: S3Client, object: LakeObject) => Promise<FoundColumns>;

/** How the columns of a file are read, by its name; undefined for what isn't data. */
export function readerOf(key: string): Reader | undefined {
  if (/\.parquet$/i.test(key)) return readParquet;
  if (/\.csv(\.gz)?$/i.test(key)) return readCsv;
  return undefined;
}

const readParquet: Reader = async (s3, object) => {
  if (object.size < SHORTEST_PARQUET) throw new Unusable(`${object.size} bytes are no Parquet file`);
  const slice = (start: number, end = object.size) => readRange(s3, object, start, end);
  const metadata = await parquetMetadataAsync({ byteLength: object.size, slice }).catch((error: unknown) => {
    if (isOfService(error)) throw error;
    throw new Unusable(`the Parquet footer can't be read: ${messageOf(error)}`);
  });
  if (metadata.num_rows === 0n) throw new Unusable('it has no rows');
  const columns = parquetSchema(metadata).children.map(({ element }) => [element.name, columnType(element)] as const);
  return { columns: new Map(columns) };
};

const readCsv: Reader = async (s3, object) => {
  const bytes = new Uint8Array(await readRange(s3, object, 0, Math.min(object.size, HEADER_BYTES)));
  const header = csvHeader(textOf(bytes, object.key));
  if (header === undefined) throw new Unusable(`the first ${HEADER_BYTES} bytes are no CSV header`);
  if (!header.hasRows) throw new Unusable('it has no rows');
  return { columns: new Map(header.names.map((name) => [name, undefined])) };
};

function textOf(bytes: Uint8Array, key: string): string {
  try {
    return beginningOf(bytes, /\.gz$/i.test(key));
  } catch (error) {
    throw new Unusable(`it can't be read as text: ${messageOf(error)}`);
  }
}

/** S3 refused, or couldn't be reached: that says nothing about the file. */
function isOfService(error: unknown): boolean {
  return isGone(error) || (error instanceof Error && '$metadata' in error);
}
