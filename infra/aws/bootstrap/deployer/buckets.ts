import { allow, type Statement } from '../../components/access/statements.ts';
import type { DeployerPlace } from './place.ts';

/** Buckets, and of what is in them only what a stack puts there itself: data are no business of a deploy. */
export function bucketStatements({ environment, prefixes }: DeployerPlace): Statement[] {
  const buckets = prefixes.map((prefix) => `arn:aws:s3:::${prefix}-*`);
  const settings = ['s3:*Bucket*', 's3:*Configuration', 's3:*agResource', 's3:ListTagsForResource'];
  const object = ['Get', 'Put', 'Delete'].flatMap((verb) => [`s3:${verb}Object`, `s3:${verb}ObjectTagging`]);
  const versions = ['s3:GetObjectVersion', 's3:DeleteObjectVersion'];
  return [
    allow('Buckets', settings, buckets),
    allow(
      'Definitions',
      [...object, ...versions],
      buckets.map((bucket) => `${bucket}/pipelines/definitions/*`),
    ),
    ...(environment === 'dev'
      ? [
          allow(
            'EmptyBuckets',
            ['s3:DeleteObject', 's3:DeleteObjectVersion'],
            buckets.map((bucket) => `${bucket}/*`),
          ),
        ]
      : []),
  ];
}
