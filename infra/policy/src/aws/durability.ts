import { companions, each, type Rule } from '../rule.ts';
import { isAtLeast, isTrue, isUnknown, valueAt, valuesAt } from '../values.ts';
import { takesAccessLogs } from './encryption.ts';
import { HOLDS_STATE } from './types.ts';

const LEAST_BACKUP_DAYS = 7;

/** A rule of prod alone. */
function inProd(rule: Rule): Rule {
  return { ...rule, check: (stack) => (stack.environment === 'prod' ? rule.check(stack) : []) };
}

const bucketsKeepVersions = inProd({
  name: 'prod-bucket-keeps-versions',
  description:
    'What a wrong job overwrites is gone without versions. In prod give each bucket a BucketVersioning with status Enabled; one ' +
    'that only takes access logs needs none.',
  level: 'mandatory',
  scope: 'stack',
  ...each('aws:s3/bucket:Bucket', (bucket, stack) => {
    const [found] = companions(stack, bucket, 'aws:s3/bucketVersioning:BucketVersioning', 'bucket');
    const status = found && valueAt(found, 'versioningConfiguration.status');
    const isKept = status === 'Enabled' || isUnknown(status) || takesAccessLogs(bucket, stack);
    return isKept ? undefined : 'keeps no versions';
  }),
});

const databasesAreBackedUp = inProd({
  name: 'prod-database-is-backed-up',
  description: `A database without backups is lost by one statement. In prod keep them at least ${LEAST_BACKUP_DAYS} days.`,
  level: 'mandatory',
  scope: 'resource',
  ...each(['aws:rds/cluster:Cluster', 'aws:rds/instance:Instance'], ({ inputs }) => {
    const { backupRetentionPeriod: days, skipFinalSnapshot } = inputs;
    return [
      ...(isAtLeast(days, LEAST_BACKUP_DAYS) ? [] : [`backupRetentionPeriod is ${days ?? 'not set'}`]),
      ...(skipFinalSnapshot === true ? ['skipFinalSnapshot is on'] : []),
    ];
  }),
});

const tablesAreBackedUp = inProd({
  name: 'prod-table-is-backed-up',
  description:
    'A table without point-in-time recovery is lost by one wrong job. In prod set pointInTimeRecovery.enabled.',
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:dynamodb/table:Table', (table) => {
    return isTrue(valueAt(table, 'pointInTimeRecovery.enabled')) ? undefined : 'has no point-in-time recovery';
  }),
});

const backupsLast = inProd({
  name: 'prod-backup-lasts',
  description: `An error is often found days later. In prod a backup plan keeps each rule's backups ${LEAST_BACKUP_DAYS} days or more.`,
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:backup/plan:Plan', (plan) => {
    const short = valuesAt(plan, 'rules.lifecycle.deleteAfter').filter((days) => !isAtLeast(days, LEAST_BACKUP_DAYS));
    return short.map((days) => `deletes backups after ${days} days`);
  }),
});

const DELETION_PROTECTION: Readonly<Record<string, string>> = {
  'aws:rds/cluster:Cluster': 'deletionProtection',
  'aws:rds/instance:Instance': 'deletionProtection',
  'aws:dynamodb/table:Table': 'deletionProtectionEnabled',
  'aws:lb/loadBalancer:LoadBalancer': 'enableDeletionProtection',
};

const awsRefusesDeletion = inProd({
  name: 'prod-refuses-deletion',
  description:
    "Pulumi's protect doesn't hold in AWS's console. In prod turn on the deletion protection of the service as well.",
  level: 'mandatory',
  scope: 'resource',
  ...each(Object.keys(DELETION_PROTECTION), (resource) => {
    const path = DELETION_PROTECTION[resource.type] ?? '';
    return isTrue(valueAt(resource, path)) ? undefined : `${path} is off`;
  }),
});

const stateIsProtected = inProd({
  name: 'prod-state-is-protected',
  description:
    'What holds state must not go by a change of code or a destroy. In prod make it with protect: context.isProtected.',
  level: 'mandatory',
  scope: 'resource',
  ...each(HOLDS_STATE, ({ options }) => (options.protect ? undefined : "isn't protected")),
});

const nothingIsForced = inProd({
  name: 'prod-forces-no-deletion',
  description: 'forceDestroy deletes a bucket with all in it. In prod leave forceDestroy and forceDelete off.',
  level: 'mandatory',
  scope: 'resource',
  check: (stack) => {
    const forced = stack.resources.flatMap((resource) => {
      const on = ['forceDestroy', 'forceDelete'].filter((input) => resource.inputs[input] === true);
      return on.map((input) => ({ resource, message: `${input} is on` }));
    });
    return forced;
  },
});

export const durabilityRules = [
  bucketsKeepVersions,
  databasesAreBackedUp,
  tablesAreBackedUp,
  backupsLast,
  awsRefusesDeletion,
  stateIsProtected,
  nothingIsForced,
];
