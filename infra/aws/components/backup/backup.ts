import type { SettingsOf } from '@ml-platform/conventions';
import * as aws from '@pulumi/aws/backup/index.js';
import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as iam from '@pulumi/aws/iam/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeRole, trustService } from '../../iam/service-role.ts';
import { backupTags } from './backup-tag.ts';
import type { backupConfig } from './config.ts';

export interface BackupArgs extends SettingsOf<typeof backupConfig> {
  readonly context: StackContext;
  readonly dataKeyArn: pulumi.Input<string>;
  /** Learns of a backup that failed. */
  readonly alertsTopicArn: pulumi.Input<string>;
}

/** At night, in UTC. */
const NIGHTLY = 'cron(0 2 * * ? *)';
const SUNDAYS = 'cron(0 4 ? * SUN *)';
/** A job that hasn't begun, or ended, by then is given up: the next one comes. */
const START_MINUTES = 60;
const END_MINUTES = 720;

/** What AWS says a role of its Backup needs, for databases and for S3. https://docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html */
const MANAGED_POLICIES = {
  backup: 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup',
  restore: 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores',
  's3-backup': 'arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup',
  's3-restore': 'arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore',
};

/** Backups of all that has the stack's tag: each night, and each Sunday for longer. */
export class Backup extends pulumi.ComponentResource {
  readonly vaultName: pulumi.Output<string>;
  readonly planArn: pulumi.Output<string>;

  constructor(name: string, args: BackupArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:backup:Backup', name, {}, options);
    const { context, dataKeyArn } = args;
    const child = { parent: this };
    const vault = new aws.Vault(
      name,
      { kmsKeyArn: dataKeyArn, forceDestroy: context.isDisposable },
      { ...child, protect: context.isProtected },
    );
    if (args.lock) lockVault(name, vault, args);
    const plan = new aws.Plan(name, { rules: planRules(vault.name, args) }, child);
    const [[key = '', value = ''] = []] = Object.entries(backupTags(context));
    new aws.Selection(
      name,
      {
        planId: plan.id,
        iamRoleArn: backupRole(name, context, this),
        selectionTags: [{ type: 'STRINGEQUALS', key, value }],
      },
      child,
    );
    tellOfFailures(name, vault, args);
    this.vaultName = vault.name;
    this.planArn = plan.arn;
    this.registerOutputs({ vaultName: vault.name, planArn: plan.arn });
  }
}

function planRules(targetVaultName: pulumi.Output<string>, { dailyDays, weeklyDays, continuous }: BackupArgs) {
  const windows = { targetVaultName, startWindow: START_MINUTES, completionWindow: END_MINUTES };
  const nightly = { schedule: NIGHTLY, enableContinuousBackup: continuous, lifecycle: { deleteAfter: dailyDays } };
  return [
    { ruleName: 'daily', ...windows, ...nightly },
    { ruleName: 'weekly', ...windows, schedule: SUNDAYS, lifecycle: { deleteAfter: weeklyDays } },
  ];
}

function lockVault(name: string, vault: aws.Vault, { dailyDays, lockGraceDays }: BackupArgs): void {
  new aws.VaultLockConfiguration(
    name,
    {
      backupVaultName: vault.name,
      minRetentionDays: dailyDays,
      ...(lockGraceDays !== undefined && { changeableForDays: lockGraceDays }),
    },
    { parent: vault },
  );
}

function backupRole(name: string, context: StackContext, parent: pulumi.Resource): pulumi.Output<string> {
  const trust = trustService('backup.amazonaws.com', context.account);
  const role = makeRole(name, { context, trust }, parent);
  const attached = Object.entries(MANAGED_POLICIES).map(([part, policyArn]) => {
    return new iam.RolePolicyAttachment(`${name}-${part}`, { role: role.name, policyArn }, { parent }).id;
  });
  return pulumi.all([role.arn, pulumi.all(attached)]).apply(([arn]) => arn);
}

function tellOfFailures(name: string, vault: aws.Vault, { alertsTopicArn }: BackupArgs): void {
  const eventPattern = pulumi.jsonStringify({
    source: ['aws.backup'],
    'detail-type': ['Backup Job State Change'],
    detail: { backupVaultName: [vault.name], state: ['FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'] },
  });
  const rule = new cloudwatch.EventRule(`${name}-failed`, { eventPattern, state: 'ENABLED' }, { parent: vault });
  new cloudwatch.EventTarget(`${name}-failed`, { rule: rule.name, arn: alertsTopicArn }, { parent: rule });
}
