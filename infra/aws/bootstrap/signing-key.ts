import * as kms from '@pulumi/aws/kms/index.js';
import * as pulumi from '@pulumi/pulumi';
import { allow, type Statement } from '../components/access/statements.ts';
import { accountDecides } from '../components/keys/key-policy.ts';

export interface SigningKeyArgs {
  readonly account: string;
  /** Other accounts, whose own roles decide who of them checks a signature. */
  readonly verifiers: readonly string[];
}

const CHECK = ['kms:GetPublicKey', 'kms:DescribeKey'];
const VERIFY = ['kms:Verify', ...CHECK];

/** Signs what is built in dev; nobody ever sees its private part. */
export class SigningKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, { account, verifiers }: SigningKeyArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:bootstrap:SigningKey', name, {}, options);
    const policy = {
      Version: '2012-10-17',
      Statement: [accountDecides(account), ...(verifiers.length > 0 ? [accountsVerify(verifiers)] : [])],
    };
    const key = new kms.Key(
      name,
      {
        description: 'Signs images',
        customerMasterKeySpec: 'ECC_NIST_P256',
        keyUsage: 'SIGN_VERIFY',
        deletionWindowInDays: 30,
        policy: JSON.stringify(policy),
      },
      { parent: this, protect: true },
    );
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** dev signs what it builds; every environment checks what it deploys. */
export function signingStatements(keyArn: string, environment: string): Statement[] {
  return [allow('SignImages', environment === 'dev' ? ['kms:Sign', ...CHECK] : VERIFY, [keyArn])];
}

function accountsVerify(accounts: readonly string[]) {
  return {
    Sid: 'OthersVerify',
    Effect: 'Allow',
    Principal: { AWS: accounts.map((account) => `arn:aws:iam::${account}:root`) },
    Action: VERIFY,
    Resource: '*',
  };
}
