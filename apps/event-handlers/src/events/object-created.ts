import { z } from 'zod';

/**
 * A new object, as EventBridge tells; the key isn't encoded here, other than in S3's own notifications.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export const objectCreated = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.literal('Object Created'),
  time: z.iso.datetime(),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string(),
      size: z.int().min(0),
      etag: z.string(),
      'version-id': z.string().optional(),
    }),
  }),
});

export type ObjectCreated = z.output<typeof objectCreated>;

/** One version of an object. */
export interface LakeObject {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly versionId: string | undefined;
}

export function objectOf({ detail: { bucket, object } }: ObjectCreated): LakeObject {
  const { key, size, etag } = object;
  return { bucket: bucket.name, key, size, etag, versionId: object['version-id'] };
}
