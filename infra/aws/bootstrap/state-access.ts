import { allow, type Statement } from '../components/access/statements.ts';

export interface StateAccess {
  readonly project: string;
  readonly region: string;
  readonly environments: readonly string[];
  readonly canWrite: boolean;
}

export interface StatePlace {
  readonly bucketArn: string;
  /** Of what lies in the bucket. */
  readonly bucketKeyArn: string;
  /** Of the secrets in the environments' states. */
  readonly keyArns: readonly string[];
}

/** Pulumi's state of these environments; a preview reads it and, as it takes no lock, writes nothing. */
export function stateStatements(access: StateAccess, { bucketArn, bucketKeyArn, keyArns }: StatePlace): Statement[] {
  const { project, region, environments, canWrite } = access;
  const objects = [
    `${bucketArn}/.pulumi/meta.yaml`,
    ...environments.flatMap((environment) => stateOf(bucketArn, project, environment)),
  ];
  return [
    allow('ListStates', ['s3:ListBucket'], [bucketArn]),
    allow('ReadStates', ['s3:GetObject'], objects),
    ...(canWrite ? [allow('WriteStates', ['s3:PutObject', 's3:DeleteObject'], objects)] : []),
    {
      ...allow('OpenBucket', ['kms:Decrypt', ...(canWrite ? ['kms:GenerateDataKey'] : [])], [bucketKeyArn]),
      Condition: {
        StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com`, 'kms:EncryptionContext:aws:s3:arn': bucketArn },
      },
    },
    allow('Secrets', ['kms:Decrypt', ...(canWrite ? ['kms:Encrypt', 'kms:GenerateDataKey'] : [])], keyArns),
  ];
}

/** Where a self-managed backend keeps a stack. dev's workflows have the previews of pull requests as well. */
function stateOf(bucket: string, project: string, environment: string): string[] {
  const stacks = environment === 'dev' ? [environment, 'pr-'] : [environment];
  const folders = ['stacks', 'history', 'backups', 'locks/organization'];
  return stacks.flatMap((stack) => folders.map((folder) => `${bucket}/.pulumi/${folder}/${project}/${stack}*`));
}
