import * as kms from '@pulumi/aws/kms/index.js';
import * as s3 from '@pulumi/aws/s3/index.js';
import * as pulumi from '@pulumi/pulumi';

export interface StateBackendArgs {
  readonly project: string;
  readonly account: string;
  readonly region: string;
  readonly environments: readonly string[];
}

/** Days for which an older state can be restored. */
const OLD_STATE_DAYS = 365;

/** Where Pulumi keeps the state of every stack of the account, and the keys that their secrets are encrypted with. */
export class StateBackend extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  /** What `pulumi login` takes. */
  readonly url: pulumi.Output<string>;
  /** ARN of the key per environment; `awskms://alias/pulumi-ENVIRONMENT` is the secrets provider of a stack. */
  readonly keyArns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: StateBackendArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:bootstrap:StateBackend', name, {}, options);
    const own = { parent: this, protect: true };
    const keys = args.environments.map((environment) => [environment, this.key(name, environment, own)] as const);
    this.keyArns = Object.fromEntries(keys.map(([environment, key]) => [environment, key.arn]));
    const [first] = keys;
    const bucket = new s3.Bucket(name, { bucket: `${args.project}-pulumi-${args.account}` }, own);
    this.secure(name, bucket, first?.[1].arn, own);
    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.url = pulumi.interpolate`s3://${bucket.bucket}?region=${args.region}&awssdk=v2`;
    this.registerOutputs({ url: this.url });
  }

  private key(name: string, environment: string, own: pulumi.CustomResourceOptions): kms.Key {
    const key = new kms.Key(
      `${name}-${environment}`,
      {
        description: `Secrets and state of Pulumi's ${environment} stacks`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
      },
      own,
    );
    new kms.Alias(`${name}-${environment}`, { name: `alias/pulumi-${environment}`, targetKeyId: key.id }, own);
    return key;
  }

  private secure(
    name: string,
    bucket: s3.Bucket,
    keyArn: pulumi.Output<string> | undefined,
    own: pulumi.CustomResourceOptions,
  ): void {
    const of = { bucket: bucket.bucket };
    const versioning = new s3.BucketVersioning(name, { ...of, versioningConfiguration: { status: 'Enabled' } }, own);
    const encryption = { sseAlgorithm: 'aws:kms', ...(keyArn && { kmsMasterKeyId: keyArn }) };
    new s3.BucketServerSideEncryptionConfiguration(
      name,
      { ...of, rules: [{ applyServerSideEncryptionByDefault: encryption, bucketKeyEnabled: true }] },
      own,
    );
    const closed = {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    };
    const block = new s3.BucketPublicAccessBlock(name, { ...of, ...closed }, own);
    new s3.BucketOwnershipControls(name, { ...of, rule: { objectOwnership: 'BucketOwnerEnforced' } }, own);
    new s3.BucketPolicy(name, { ...of, policy: bucket.arn.apply(overTlsOnly) }, { ...own, dependsOn: [block] });
    new s3.BucketLifecycleConfiguration(
      name,
      {
        ...of,
        rules: [
          {
            id: 'old-states',
            status: 'Enabled',
            filter: { prefix: '' },
            noncurrentVersionExpiration: { noncurrentDays: OLD_STATE_DAYS },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      },
      { ...own, dependsOn: [versioning] },
    );
  }
}

function overTlsOnly(bucketArn: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OverTlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
}
