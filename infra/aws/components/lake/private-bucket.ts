import * as s3 from '@pulumi/aws/s3/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { denyWithoutTls, policyDocument, type Statement } from '../../iam/statement.ts';

export interface PrivateBucketArgs {
  readonly context: Pick<StackContext, 'isDisposable' | 'isProtected'>;
  /** Its name, where others have to know it before it is there. */
  readonly bucketName?: string;
  /** Left out for what receives logs of services: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html */
  readonly keyArn?: pulumi.Input<string>;
  readonly lifecycle: s3.BucketLifecycleConfigurationArgs['rules'];
  /** Beyond what the account's own roles are allowed. */
  readonly statements: (bucketArn: pulumi.Output<string>) => readonly Statement[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface PrivateBucket {
  readonly bucket: s3.Bucket;
  /** What is to write to the bucket by its policy depends on it. */
  readonly policy: s3.BucketPolicy;
}

/** Nothing of a bucket, or of a whole account, is public, whatever a policy or an object says. */
export const NOT_PUBLIC = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/** A bucket with versions, which only its owner's account and whom its policy names get at, by TLS. */
export function makePrivateBucket(name: string, args: PrivateBucketArgs, parent: pulumi.Resource): PrivateBucket {
  const { context, bucketName, keyArn, lifecycle, statements, tags = {} } = args;
  const bucket = new s3.Bucket(
    name,
    { ...(bucketName !== undefined && { bucket: bucketName }), forceDestroy: context.isDisposable, tags },
    { parent, protect: context.isProtected },
  );
  const child = { parent: bucket };
  const of = { bucket: bucket.bucket };
  const versioning = new s3.BucketVersioning(name, { ...of, versioningConfiguration: { status: 'Enabled' } }, child);
  new s3.BucketServerSideEncryptionConfiguration(name, { ...of, rules: [encryption(keyArn)] }, child);
  const owned = new s3.BucketOwnershipControls(
    name,
    { ...of, rule: { objectOwnership: 'BucketOwnerEnforced' } },
    child,
  );
  const block = new s3.BucketPublicAccessBlock(name, { ...of, ...NOT_PUBLIC }, child);
  // S3 refuses two changes of a bucket at a time.
  const document = pulumi.jsonStringify(
    policyDocument([
      denyWithoutTls('s3:*', [bucket.arn, pulumi.interpolate`${bucket.arn}/*`]),
      ...statements(bucket.arn),
    ]),
  );
  const policy = new s3.BucketPolicy(name, { ...of, policy: document }, { ...child, dependsOn: [block, owned] });
  const rules = lifecycle === undefined ? {} : { rules: lifecycle };
  new s3.BucketLifecycleConfiguration(name, { ...of, ...rules }, { ...child, dependsOn: [versioning] });
  return { bucket, policy };
}

function encryption(keyArn: pulumi.Input<string> | undefined) {
  if (keyArn === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } };
  const byKey = { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn };
  return { applyServerSideEncryptionByDefault: byKey, bucketKeyEnabled: true };
}
