import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { objectCreated, objectOf } from '../events/object-created.ts';
import { REASON } from '../validate/quarantine.ts';
import { isGone } from '../validate/read-object.ts';

/** Why an object is in quarantine, which it says itself; undefined for other events, and where it is gone already. */
export async function quarantineReason(s3: S3Client, event: unknown): Promise<string | undefined> {
  const parsed = objectCreated.safeParse(event);
  if (!parsed.success) return undefined;
  const { bucket: Bucket, key: Key, versionId: VersionId } = objectOf(parsed.data);
  try {
    const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId }));
    const encoded = Metadata?.[REASON];
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
