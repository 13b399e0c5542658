import * as budgets from '@pulumi/aws/budgets/index.js';
import * as iam from '@pulumi/aws/iam/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeRole, trustService } from '../../iam/service-role.ts';
import { policyDocument } from '../../iam/statement.ts';

/** What starts something that bills by its time. */
const STARTS = [
  'ecs:RunTask',
  'glue:StartJobRun',
  'sagemaker:CreateEndpoint',
  'sagemaker:CreateHyperParameterTuningJob',
  'sagemaker:CreateProcessingJob',
  'sagemaker:CreateTrainingJob',
  'sagemaker:CreateTransformJob',
  'sagemaker:StartPipelineExecution',
  'states:StartExecution',
];

export interface SpendingStopArgs {
  readonly context: StackContext & { readonly permissionsBoundary?: string };
  readonly budgetName: pulumi.Input<string>;
  /** Roles that the denial is attached to: names and ARNs in the same order. */
  readonly roles: readonly { readonly name: pulumi.Input<string>; readonly arn: pulumi.Input<string> }[];
  readonly topicArn: pulumi.Input<string>;
}

/**
 * Denies roles to start anything when the budget is spent. AWS takes it back when the next month begins, and so does the
 * next `up`, which attaches to these roles only what it made itself.
 */
export function stopWhenSpent(name: string, args: SpendingStopArgs, child: { readonly parent: pulumi.Resource }): void {
  const { context, budgetName, roles, topicArn } = args;
  // Deny is of no use on some resources alone: whatever is started bills.
  const deny = { Sid: 'BudgetIsSpent', Effect: 'Deny', Action: STARTS, Resource: '*' } as const;
  const policy = new iam.Policy(name, { path: '/mlp/', policy: JSON.stringify(policyDocument([deny])) }, child);
  const role = makeRole(
    name,
    {
      context,
      trust: trustService('budgets.amazonaws.com', context.account),
      statements: [
        {
          Sid: 'AttachDenial',
          Effect: 'Allow',
          Action: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
          Resource: roles.map(({ arn }) => arn),
          Condition: { ArnEquals: { 'iam:PolicyARN': policy.arn } },
        },
      ],
    },
    child.parent,
  );
  new budgets.BudgetAction(
    name,
    {
      budgetName,
      actionType: 'APPLY_IAM_POLICY',
      approvalModel: 'AUTOMATIC',
      notificationType: 'ACTUAL',
      actionThreshold: { actionThresholdType: 'PERCENTAGE', actionThresholdValue: 100 },
      definition: {
        iamActionDefinition: { policyArn: policy.arn, roles: pulumi.all(roles.map((one) => one.name)) },
      },
      executionRoleArn: role.arn,
      subscribers: [{ address: topicArn, subscriptionType: 'SNS' }],
    },
    child,
  );
}
