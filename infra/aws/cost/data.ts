import type { Pricer } from '@ml-platform/conventions/cost';
import { block, byUse, hourly, monthly, numberOf, scales } from './charges.ts';

const bucket: Pricer = (_, facts) => [
  byUse(facts, 'objects', 'storage', 'storage.infrequent', 'storage.archive', 'storage.writes'),
];

const intelligentTiering: Pricer = (_, facts) => [byUse(facts, 'objects moved by use', 'storage.tiering')];

const repository: Pricer = (_, facts) => [byUse(facts, 'images', 'images')];

const scanning: Pricer = ({ inputs }, facts) => {
  return inputs.scanType === 'ENHANCED' ? [byUse(facts, 'images', 'images.scans')] : [];
};

const workgroup: Pricer = (_, facts) => [byUse(facts, 'queries', 'queries')];

const glueWork: Pricer = ({ inputs }, facts) => {
  return [byUse(facts, 'Glue', inputs.executionClass === 'FLEX' ? 'glue.flex' : 'glue')];
};

/** The master user's secret is AWS's, but billed as any other. */
const auroraCluster: Pricer = ({ inputs }, facts) => {
  const onTop = scales(facts, 'database', 'aurora', 'aurora.storage', 'aurora.requests', 'aurora.backup');
  return [
    { what: 'database', idle: 0, scales: onTop },
    ...(inputs.manageMasterUserPassword === true ? [monthly(facts, 'secret', 'secret')] : []),
  ];
};

/** Each instance has the least of its cluster's units; none while it pauses. */
const auroraInstance: Pricer = (instance, facts) => {
  const [cluster] = facts.behind(instance, 'clusterIdentifier', 'aws:rds/cluster:Cluster');
  const scaling = block(cluster?.inputs ?? {}, 'serverlessv2ScalingConfiguration');
  if (instance.inputs.instanceClass !== 'db.serverless' || scaling.minCapacity === undefined) {
    return [{ what: `database on ${instance.inputs.instanceClass}: no price`, idle: undefined }];
  }
  const units = numberOf(scaling.minCapacity, 0);
  if (units === 0) return [{ what: 'database instance that pauses', idle: 0 }];
  return [{ ...hourly(facts, `database instance, ${units} units`, 'aurora', units), commitment: 'database' }];
};

/** Billed for the database's units, but for 8 at least. */
const LEAST_PROXY_UNITS = 8;

const auroraProxy: Pricer = (_, facts) => [
  {
    ...hourly(facts, 'pool of connections', 'aurora.proxy', LEAST_PROXY_UNITS),
    scales: scales(facts, 'pool of connections, beyond 8 units', 'aurora.proxy'),
  },
];

/** Valkey is billed for 100 MB at least. */
const LEAST_CACHE_GB = 0.1;

const serverlessCache: Pricer = ({ inputs }, facts) => {
  const { minimum } = block(block(inputs, 'cacheUsageLimits'), 'dataStorage');
  const gigabytes = Math.max(numberOf(minimum, 0), LEAST_CACHE_GB);
  return [
    {
      ...hourly(facts, 'cache', 'cache.storage', gigabytes),
      scales: scales(facts, 'cache', 'cache.storage', 'cache.requests'),
      commitment: 'database',
    },
  ];
};

const table: Pricer = ({ inputs }, facts) => {
  if (inputs.billingMode !== 'PAY_PER_REQUEST') return [{ what: 'table with units held ready', idle: undefined }];
  return [byUse(facts, 'table', 'dynamodb.writes', 'dynamodb.reads')];
};

const backupVault: Pricer = (_, facts) => [byUse(facts, 'backups', 'backup')];

const fileSystem: Pricer = (_, facts) => [byUse(facts, 'files', 'files')];

export const DATA: Readonly<Record<string, Pricer>> = {
  'aws:athena/workgroup:Workgroup': workgroup,
  'aws:backup/vault:Vault': backupVault,
  'aws:dynamodb/table:Table': table,
  'aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration': scanning,
  'aws:ecr/repository:Repository': repository,
  'aws:efs/fileSystem:FileSystem': fileSystem,
  'aws:elasticache/serverlessCache:ServerlessCache': serverlessCache,
  'aws:glue/crawler:Crawler': glueWork,
  'aws:glue/dataQualityRuleset:DataQualityRuleset': glueWork,
  'aws:glue/job:Job': glueWork,
  'aws:rds/cluster:Cluster': auroraCluster,
  'aws:rds/clusterInstance:ClusterInstance': auroraInstance,
  'aws:rds/proxy:Proxy': auroraProxy,
  'aws:s3/bucket:Bucket': bucket,
  'aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration': intelligentTiering,
};
