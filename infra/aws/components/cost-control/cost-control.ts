import type { SettingsOf, tagsOf } from '@ml-platform/conventions';
import * as budgets from '@pulumi/aws/budgets/index.js';
import * as computeoptimizer from '@pulumi/aws/computeoptimizer/index.js';
import * as costexplorer from '@pulumi/aws/costexplorer/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import type { costControlConfig } from './config.ts';
import { keepOffHours } from './off-hours.ts';
import type { Stoppable } from './off-hours-calls.ts';
import { type SpendingStopArgs, stopWhenSpent } from './spending-stop.ts';

export interface CostControlArgs extends SettingsOf<typeof costControlConfig> {
  readonly context: StackContext & { readonly permissionsBoundary?: string };
  /** All tags of the stack, which its cost is told apart by. */
  readonly tags: ReturnType<typeof tagsOf>;
  /** Gets the alerts; its policy lets budgets and cost alerts in. */
  readonly alertsTopicArn: pulumi.Input<string>;
  /** Of jobs and pipelines: what is denied when the budget is spent. */
  readonly jobRoles: SpendingStopArgs['roles'];
  readonly stoppable: Stoppable;
  readonly messagesKeyArn: pulumi.Input<string>;
}

/** A budget with its alerts, what acts on it, and what stops at night. */
export class CostControl extends pulumi.ComponentResource {
  readonly budgetName: pulumi.Output<string>;

  constructor(name: string, args: CostControlArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:cost:CostControl', name, {}, options);
    const { context, alertsTopicArn, jobRoles } = args;
    const child = { parent: this };
    const budget = new budgets.Budget(
      name,
      {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        limitAmount: String(args.monthlyLimit),
        limitUnit: args.currency,
        ...(args.scope === 'tags' && { filterExpression: ofTags(args), metrics: 'UnblendedCost' }),
        notifications: alertsOf(args),
      },
      child,
    );
    if (args.stopWhenSpent && jobRoles.length > 0) {
      const stop = { context, budgetName: budget.name, roles: jobRoles, topicArn: alertsTopicArn };
      stopWhenSpent(`${name}-spent`, stop, child);
    }
    if (args.anomalyDetection) watchForAnomalies(`${name}-anomalies`, args, child);
    if (args.activateTags) {
      for (const tagKey of Object.keys(args.tags)) {
        new costexplorer.CostAllocationTag(`${name}-${tagKey}`, { tagKey, status: 'Active' }, child);
      }
    }
    if (args.rightsizing) new computeoptimizer.EnrollmentStatus(name, { status: 'Active' }, child);
    if (args.offHours) keepOffHours(`${name}-off-hours`, args, child);
    this.budgetName = budget.name;
    this.registerOutputs({ budgetName: budget.name });
  }
}

type Child = { readonly parent: pulumi.Resource };

function ofTags({ tags }: CostControlArgs) {
  const has = (key: 'project' | 'stack') => ({ tags: { key, values: [tags[key]], matchOptions: ['EQUALS'] } });
  return { ands: [has('project'), has('stack')] };
}

/** AWS takes five alerts per budget. */
function alertsOf({ alertPercents, emails, alertsTopicArn }: CostControlArgs) {
  const alert = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
    notificationType,
    threshold,
    thresholdType: 'PERCENTAGE',
    comparisonOperator: 'GREATER_THAN',
    subscriberSnsTopicArns: [alertsTopicArn],
    ...(emails.length > 0 && { subscriberEmailAddresses: emails }),
  });
  return [...alertPercents.map((percent) => alert('ACTUAL', percent)), alert('FORECASTED', 100)];
}

/** Alerts at once go to a topic only: https://docs.aws.amazon.com/cost-management/latest/userguide/getting-started-ad.html */
function watchForAnomalies(name: string, { anomalyAmount, alertsTopicArn }: CostControlArgs, child: Child): void {
  const monitor = new costexplorer.AnomalyMonitor(
    name,
    { monitorType: 'DIMENSIONAL', monitorDimension: 'SERVICE' },
    child,
  );
  const atLeast = {
    key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
    matchOptions: ['GREATER_THAN_OR_EQUAL'],
    values: [String(anomalyAmount)],
  };
  new costexplorer.AnomalySubscription(
    name,
    {
      frequency: 'IMMEDIATE',
      monitorArnLists: [monitor.arn],
      subscribers: [{ type: 'SNS', address: alertsTopicArn }],
      thresholdExpression: { dimension: atLeast },
    },
    child,
  );
}
