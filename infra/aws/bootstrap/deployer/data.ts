import { allow, type Statement } from '../../components/access/statements.ts';
import { arnsIn, type DeployerPlace, verbs } from './place.ts';

/** Queues, streams, tables, databases, caches, backups, secrets. */
export function dataStatements(place: DeployerPlace): Statement[] {
  const { arn, named, each } = arnsIn(place);
  const database = (prefix: string) => prefix.replaceAll('-', '_');
  return [
    allow('Queues', ['sqs:*Queue*', 'sqs:ListQueueTags'], named('sqs', '')),
    allow('Topics', ['sns:*Topic*', 'sns:*Subscri*', 'sns:*TagsForResource', 'sns:*agResource'], named('sns', '')),
    allow('Streams', ['kinesis:*Stream*'], named('kinesis', 'stream/')),
    allow('Delivery', ['firehose:*DeliveryStream*'], named('firehose', 'deliverystream/')),
    allow('Catalog', verbs('glue', 'Database', 'Table', 'Partition', 'Crawler', 'Job', 'DataQualityRuleset', 'Tag'), [
      arn('glue', 'catalog'),
      ...named('glue', 'crawler/', 'job/', 'dataQualityRuleset/'),
      ...each('glue', (prefix) => `database/${database(prefix)}`),
      ...each('glue', (prefix) => `table/${database(prefix)}/*`),
    ]),
    allow(
      'Athena',
      ['athena:*WorkGroup*', 'athena:*NamedQuer*', 'athena:*agResource', 'athena:ListTagsForResource'],
      named('athena', 'workgroup/'),
    ),
    allow(
      'Databases',
      [
        ...verbs('rds', 'DBCluster', 'DBInstance', 'DBSubnetGroup', 'DBProxy', 'TagsForResource'),
        'rds:AddTagsToResource',
        'rds:RemoveTagsFromResource',
      ],
      named('rds', 'cluster:', 'db:', 'subgrp:', 'cluster-pg:', 'db-proxy:'),
    ),
    allow(
      'Caches',
      [
        ...verbs('elasticache', 'ServerlessCache', 'User', 'TagsForResource'),
        'elasticache:AddTagsToResource',
        'elasticache:RemoveTagsFromResource',
      ],
      named('elasticache', 'serverlesscache:', 'user:', 'usergroup:'),
    ),
    allow('Backups', verbs('backup', 'BackupVault', 'BackupPlan', 'BackupSelection', 'Tags', 'agResource'), [
      ...named('backup', 'backup-vault:'),
      arn('backup', 'backup-plan:*'),
    ]),
    allow(
      'Secrets',
      ['secretsmanager:*Secret*', 'secretsmanager:*agResource', 'secretsmanager:*ResourcePolicy'],
      named('secretsmanager', 'secret:'),
    ),
  ];
}
