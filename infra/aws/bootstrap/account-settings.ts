import * as accessanalyzer from '@pulumi/aws/accessanalyzer/index.js';
import * as apigateway from '@pulumi/aws/apigateway/index.js';
import * as budgets from '@pulumi/aws/budgets/index.js';
import * as costexplorer from '@pulumi/aws/costexplorer/index.js';
import * as ecr from '@pulumi/aws/ecr/index.js';
import * as iam from '@pulumi/aws/iam/index.js';
import * as s3 from '@pulumi/aws/s3/index.js';
import * as pulumi from '@pulumi/pulumi';
import { policyDocument, trustOf } from '../components/access/statements.ts';
import { NOT_PUBLIC } from '../components/lake/private-bucket.ts';

export interface AccountSettingsArgs {
  readonly project: string;
  readonly account: string;
  readonly alertEmail: string;
  /** US dollars in a month, as a text. */
  readonly monthlyLimit: string;
  readonly anomalyMonitor: boolean;
  readonly costTags: boolean;
}

/** The tags by which a bill is divided. */
const COST_TAGS = ['project', 'environment', 'cost-center'];

/** What an account has one of: no stack may have it, since the next stack would overwrite it. */
export class AccountSettings extends pulumi.ComponentResource {
  constructor(name: string, args: AccountSettingsArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:bootstrap:AccountSettings', name, {}, options);
    const own = { parent: this, protect: true };
    new s3.AccountPublicAccessBlock(name, { accountId: args.account, ...NOT_PUBLIC }, own);
    new ecr.RegistryScanningConfiguration(
      name,
      {
        scanType: 'BASIC',
        rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }] }],
      },
      own,
    );
    new accessanalyzer.Analyzer(name, { analyzerName: name, type: 'ACCOUNT' }, own);
    this.gatewayLogs(name, args.account, own);
    if (args.costTags) {
      for (const tagKey of COST_TAGS)
        new costexplorer.CostAllocationTag(`${name}-${tagKey}`, { tagKey, status: 'Active' }, own);
    }
    this.limitCost(name, args, own);
    if (args.anomalyMonitor) this.watchCost(name, args.alertEmail, own);
    this.registerOutputs({});
  }

  /** Without it, no stage of API Gateway can write logs. */
  private gatewayLogs(name: string, account: string, own: pulumi.CustomResourceOptions): void {
    const role = new iam.Role(
      `${name}-gateway-logs`,
      { description: 'Logs of API Gateway', assumeRolePolicy: policyDocument(trustOf(['apigateway'], account)) },
      own,
    );
    const policyArn = 'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';
    const attached = new iam.RolePolicyAttachment(`${name}-gateway-logs`, { role: role.name, policyArn }, own);
    new apigateway.Account(name, { cloudwatchRoleArn: role.arn }, { ...own, dependsOn: [attached] });
  }

  private limitCost(name: string, args: AccountSettingsArgs, own: pulumi.CustomResourceOptions): void {
    const told = {
      comparisonOperator: 'GREATER_THAN',
      thresholdType: 'PERCENTAGE',
      subscriberEmailAddresses: [args.alertEmail],
    };
    new budgets.Budget(
      name,
      {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        limitAmount: args.monthlyLimit,
        limitUnit: 'USD',
        notifications: [
          { ...told, threshold: 80, notificationType: 'ACTUAL' },
          { ...told, threshold: 100, notificationType: 'FORECASTED' },
        ],
      },
      own,
    );
  }

  private watchCost(name: string, address: string, own: pulumi.CustomResourceOptions): void {
    const monitor = new costexplorer.AnomalyMonitor(
      name,
      { name, monitorType: 'DIMENSIONAL', monitorDimension: 'SERVICE' },
      own,
    );
    new costexplorer.AnomalySubscription(
      name,
      {
        name,
        frequency: 'DAILY',
        monitorArnLists: [monitor.arn],
        subscribers: [{ type: 'EMAIL', address }],
        thresholdExpression: {
          dimension: { key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE', matchOptions: ['GREATER_THAN_OR_EQUAL'], values: ['50'] },
        },
      },
      own,
    );
  }
}
