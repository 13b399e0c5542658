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
  /** Encrypts what lies in the bucket. */
  readonly bucketKeyArn: pulumi.Output<string>;
  /** What `pulumi login` takes. */
  readonly url: pulumi.Output<string>;
  /** ARN of the key per environment; `awskms://alias/pulumi-ENVIRONMENT` is the secrets provider of a stack. */
  readonly keyArns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: StateBackendArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:bootstrap:StateBackend', name, {}, options);
    const own = { parent: this, protect: true };
    const keys = args.environments.map((environment) => {
      return [environment, this.key(name, environment, `Secrets of Pulumi's ${environment} stacks`, own)] as const;
    });
    this.keyArns = Object.fromEntries(keys.map(([environment, key]) => [environment, key.arn]));
    this.bucketKeyArn = this.key(name, 'states', "Pulumi's states of all stacks", own).arn;
    const lifecycle = [
      {
        id: 'old-states',
        status: 'Enabled',
        filter: { prefix: '' },
        noncurrentVersionExpiration: { noncurrentDays: OLD_STATE_DAYS },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ];
    const { bucket } = makePrivateBucket(
      name,
      {
        context: KEPT,
        bucketName: `${args.project}-pulumi-${args.account}`,
        keyArn: this.bucketKeyArn,
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

  private key(name: string, of: string, description: string, own: pulumi.CustomResourceOptions): kms.Key {
    const kept = { enableKeyRotation: true, deletionWindowInDays: 30 };
    const key = new kms.Key(`${name}-${of}`, { description, ...kept }, own);
    new kms.Alias(`${name}-${of}`, { name: `alias/pulumi-${of}`, targetKeyId: key.id }, own);
    return key;
  }
}
