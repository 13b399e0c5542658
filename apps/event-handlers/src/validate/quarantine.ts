import { CopyObjectCommand, DeleteObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { LakeObject } from '../events/object-created.ts';
import { isGone } from './read-object.ts';

/** S3 copies no more in one request. */
const LARGEST_COPY = 5 * 2 ** 30;

/** The user metadata by which a quarantined object says why it is there, encoded as in a URL: a header takes ASCII only. */
export const REASON = 'reason';
const LONGEST_REASON = 1500;

/**
 * Moves an object to `quarantine/`, with the reason beside it, and returns its new key; undefined where it is too large, and
 * stays. What was written in its place meanwhile is left alone, and its own version is kept as long as the lake keeps any.
 */
export async function quarantine(s3: S3Client, object: LakeObject, reason: string): Promise<string | undefined> {
  if (object.size > LARGEST_COPY) return undefined;
  const { bucket: Bucket, key, versionId, etag } = object;
  const to = `quarantine/${key}`;
  const path = `${Bucket}/${key}`.split('/').map(encodeURIComponent).join('/');
  await s3.send(
    new CopyObjectCommand({
      Bucket,
      Key: to,
      CopySource: versionId === undefined ? path : `${path}?versionId=${encodeURIComponent(versionId)}`,
      MetadataDirective: 'REPLACE',
      Metadata: { [REASON]: encodeURIComponent(reason.slice(0, LONGEST_REASON / 3)) },
    }),
  );
  try {
    await s3.send(new DeleteObjectCommand({ Bucket, Key: key, IfMatch: `"${etag}"` }));
  } catch (error) {
    if (!isGone(error) && !isReplaced(error)) throw error;
  }
  return to;
}

function isReplaced(error: unknown): boolean {
  return error instanceof S3ServiceException && error.name === 'PreconditionFailed';
}
