import { GetObjectCommand, NoSuchKey, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { LakeObject } from '../events/object-created.ts';

/** The bytes from `start` to before `end`, of just the version that the event is about. */
export async function readRange(s3: S3Client, object: LakeObject, start: number, end: number): Promise<ArrayBuffer> {
  const { bucket: Bucket, key: Key, versionId: VersionId } = object;
  const Range = `bytes=${start}-${end - 1}`;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId, Range }));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  return bytes.slice().buffer;
}

/** An object's text; undefined where there is none. */
export async function readText(s3: S3Client, Bucket: string, Key: string): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return await Body?.transformToString();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Whether an object, or the version of it, isn't there any more. */
export function isGone(error: unknown): boolean {
  if (error instanceof NoSuchKey) return true;
  return error instanceof S3ServiceException && ['NoSuchVersion', 'NoSuchKey', 'NotFound'].includes(error.name);
}
