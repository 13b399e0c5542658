import * as kms from '@pulumi/aws/kms/index.js';
import * as pulumi from '@pulumi/pulumi';
import { makePrivateBucket } from '../components/lake/private-bucket.ts';
import { KEPT } from './kept.ts';

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
    const lifecycle = [
      {
        id: 'old-states',
        status: 'Enabled',
        filter: { prefix: '' },
        noncurrentVersionExpiration: { noncurrentDays: OLD_STATE_DAYS },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ];
    const keyArn = first?.[1].arn;
    const { bucket } = makePrivateBucket(
      name,
      {
        context: KEPT,
        bucketName: `${args.project}-pulumi-${args.account}`,
        ...(keyArn && { keyArn }),
        lifecycle,
        statements: () => [],
      },
      this,
    );
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
}
