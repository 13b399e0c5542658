import type { SettingsOf } from '@ml-platform/conventions';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import type { MadeRole } from '../../iam/service-role.ts';
import type { accessConfig } from './config.ts';
import { makeRole } from './role.ts';
import { type Facts, pipelineRunnerStatements, servingStatements, trainingStatements } from './role-policies.ts';
import { type Statement, trustOf } from './statements.ts';
import { accountStatements, accountTrust } from './trusted-account.ts';

export interface AccessArgs extends SettingsOf<typeof accessConfig> {
  readonly context: StackContext;
  readonly permissionsBoundary?: string | undefined;
  readonly lakeBucketArn: pulumi.Input<string>;
  readonly dataKeyArn: pulumi.Input<string>;
  readonly logsKeyArn: pulumi.Input<string>;
  readonly secretsKeyArn: pulumi.Input<string>;
  /** Of the images that jobs and servers run. */
  readonly repositoryArns: readonly pulumi.Input<string>[];
  /** Of an MLflow app or server, where there is one. */
  readonly trackingArn?: pulumi.Input<string> | undefined;
  readonly featureGroupArns?: readonly pulumi.Input<string>[];
  readonly secretArns?: readonly pulumi.Input<string>[];
  readonly databaseUserArns?: readonly pulumi.Input<string>[];
  /** Of a cache, and of the user that servers are there. */
  readonly cacheArns?: readonly pulumi.Input<string>[];
}

type RoleName = 'training' | 'serving' | 'pipelineRunner';

/** One role each for steps, servers and what runs pipelines; for other accounts, one each. CI's is the bootstrap's. */
export class Access extends pulumi.ComponentResource {
  readonly roles: Readonly<Record<RoleName, MadeRole>>;
  /** ARN of the role that another account takes, by `ACCOUNT-register` or `ACCOUNT-pull`. */
  readonly accountRoleArns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: AccessArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:security:Access', name, {}, options);
    const { context, permissionsBoundary, trustedAccounts } = args;
    const facts = factsOf(args);
    const make = (role: string, description: string, trust: readonly Statement[], statements: Statements) => {
      const parts = { description, trust, statements, permissionsBoundary };
      return makeRole(`${name}-${role}`, parts, { parent: this });
    };
    const trust = (...services: string[]) => trustOf(services, context.account);
    const training = make(
      'training',
      'Jobs of pipeline steps',
      trust('sagemaker', 'ecs-tasks'),
      facts.apply(trainingStatements),
    );
    const serving = make(
      'serving',
      'Servers of models',
      trust('sagemaker', 'ecs-tasks', 'lambda'),
      facts.apply(servingStatements),
    );
    const jobRoles = pulumi.all([facts, training.arn, serving.arn]);
    const pipelineRunner = make(
      'pipeline-runner',
      'Pipelines and state machines',
      trust('sagemaker', 'states'),
      jobRoles.apply(([known, ...roleArns]) => pipelineRunnerStatements(known, roleArns)),
    );
    this.roles = { training, serving, pipelineRunner };
    this.accountRoleArns = Object.fromEntries(
      trustedAccounts.map((account) => {
        const key = `${account.account}-${account.may}`;
        const statements = facts.apply((known) => accountStatements(account, known));
        return [key, make(key, `Account ${account.account}: ${account.may}`, accountTrust(account), statements).arn];
      }),
    );
    this.registerOutputs({ roles: this.roles, accountRoleArns: this.accountRoleArns });
  }
}

type Statements = pulumi.Output<readonly Statement[]>;

function factsOf(args: AccessArgs): pulumi.Output<Facts> {
  const { context, trainingWrites, metricNamespaces, privateJobsOnly } = args;
  const { region, account, named } = context;
  const plain = { region, account, prefix: named.prefix, trainingWrites, metricNamespaces, privateJobsOnly };
  const outputs = pulumi.output({
    bucketArn: args.lakeBucketArn,
    dataKeyArn: args.dataKeyArn,
    logsKeyArn: args.logsKeyArn,
    secretsKeyArn: args.secretsKeyArn,
    repositoryArns: pulumi.all([...args.repositoryArns]),
    trackingArn: args.trackingArn,
    featureGroupArns: pulumi.all([...(args.featureGroupArns ?? [])]),
    secretArns: pulumi.all([...(args.secretArns ?? [])]),
    databaseUserArns: pulumi.all([...(args.databaseUserArns ?? [])]),
    cacheArns: pulumi.all([...(args.cacheArns ?? [])]),
  });
  return outputs.apply((known): Facts => ({ ...plain, ...known }));
}
