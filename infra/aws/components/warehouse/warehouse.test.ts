import { expect, test } from 'vitest';
import { type ComponentRun, runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { warehouseConfig, warehouseProblems } from './config.ts';
import { Warehouse, type WarehouseArgs } from './warehouse.ts';

const { dev } = warehouseConfig.defaults;
const ORDERS = { zone: 'curated', format: 'iceberg', columns: { id: 'bigint', note: 'string' } } as const;

const make = (args: Partial<WarehouseArgs> = {}) =>
  runComponent((options) => {
    const warehouse = new Warehouse(
      'acme-dev-warehouse',
      {
        ...dev,
        context: TEST_CONTEXT,
        lakeBucketName: 'lake',
        lakeBucketArn: 'arn:aws:s3:::lake',
        dataKeyArn: 'arn:key/data',
        logsKeyArn: 'arn:key/logs',
        ...args,
      },
      options,
    );
    return { database: warehouse.databaseName, tables: warehouse.tables };
  });

const TABLE = 'aws:glue/catalogTable:CatalogTable';
const tableOf = (run: ComponentRun, name: string) => run.one(TABLE, `acme-dev-warehouse-${name}`);

test('a query that reads too much is stopped, and results are encrypted in the lake', async () => {
  const { one } = await make({ scanLimitGigabytes: 2.5 });
  expect(one('aws:athena/workgroup:Workgroup').inputs).toMatchObject({
    forceDestroy: true,
    configuration: {
      enforceWorkgroupConfiguration: true,
      bytesScannedCutoffPerQuery: 2_500_000_000,
      resultConfiguration: {
        outputLocation: 's3://lake/queries/',
        encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKeyArn: 'arn:key/data' },
      },
    },
  });
});

test('files by day are found without anyone adding partitions', async () => {
  const run = await make();
  const { inputs, options } = tableOf(run, 'predictions');
  expect(inputs).toMatchObject({
    name: 'predictions',
    databaseName: 'acme_dev',
    partitionKeys: [{ name: 'day', type: 'string' }],
    storageDescriptor: { location: 's3://lake/predictions/predictions/' },
  });
  expect(inputs.parameters).toMatchObject({
    'projection.enabled': 'true',
    'projection.day.range': '2026-01-01,NOW',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Athena fills in the day
    'storage.location.template': 's3://lake/predictions/predictions/day=${day}/',
  });
  expect(options.ignoreChanges).toEqual([]);
  expect(run.outputs.tables).toEqual({
    predictions: { databaseName: 'acme_dev', tableName: 'predictions', prefix: 'predictions/predictions/' },
  });
});

test.each(['parquet', 'json'] as const)('%s files are read by what reads them', async (format) => {
  const run = await make({ tables: { logs: { ...ORDERS, format, since: '2026-01-01' } }, quality: {} });
  const { serDeInfo } = tableOf(run, 'logs').inputs.storageDescriptor as { serDeInfo: object };
  expect(JSON.stringify(serDeInfo)).toMatch(new RegExp(format, 'i'));
});

test('an Iceberg table is made once, and then belongs to those who write to it', async () => {
  const run = await make({
    tables: { sales_orders: ORDERS },
    quality: {},
    context: { ...TEST_CONTEXT, isProtected: true },
  });
  const { inputs, options } = tableOf(run, 'sales-orders');
  expect(inputs).toMatchObject({
    openTableFormatInput: { icebergInput: { metadataOperation: 'CREATE', version: '2' } },
    storageDescriptor: { location: 's3://lake/curated/sales_orders/', columns: [{ name: 'id', type: 'bigint' }, {}] },
  });
  expect(options).toMatchObject({ ignoreChanges: ['parameters', 'storageDescriptor'], protect: true });
});

test('queries are saved in the workgroup, and rules stand beside their table', async () => {
  const { one, all } = await make();
  const query = one('aws:athena/namedQuery:NamedQuery').inputs;
  expect(query).toMatchObject({ name: 'predictions-per-day', database: 'acme_dev' });
  expect(query.workgroup).toMatch(/^acme-dev-warehouse/);
  expect(one('aws:glue/dataQualityRuleset:DataQualityRuleset').inputs).toMatchObject({
    targetTable: { databaseName: 'acme_dev', tableName: 'predictions' },
    ruleset: 'Rules = [\n  RowCount > 0,\n  IsComplete "model_version",\n  IsComplete "prediction"\n]',
  });
  const without = await make({ queries: {}, quality: {} });
  expect(without.all('aws:athena/namedQuery:NamedQuery')).toEqual([]);
  expect(without.all('aws:glue/dataQualityRuleset:DataQualityRuleset')).toEqual([]);
  expect(all('aws:glue/crawler:Crawler')).toEqual([]);
});

test('a crawler searches the zones it is asked to, reads only them, and takes nothing away', async () => {
  const { one } = await make({ crawledZones: ['raw'] });
  expect(one('aws:glue/crawler:Crawler').inputs).toMatchObject({
    s3Targets: [{ path: 's3://lake/raw/', exclusions: ['_**'] }],
    schemaChangePolicy: { deleteBehavior: 'LOG' },
    databaseName: 'acme_dev',
  });
  const { Statement } = JSON.parse(String(one('aws:iam/rolePolicy:RolePolicy').inputs.policy));
  expect(Statement[0]).toMatchObject({ Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::lake/raw/*'] });
  for (const { Action, Resource } of Statement) expect([...Action, Resource].flat()).not.toContain('*');
  expect(one('aws:glue/securityConfiguration:SecurityConfiguration').inputs.encryptionConfiguration).toMatchObject({
    cloudwatchEncryption: { cloudwatchEncryptionMode: 'SSE-KMS', kmsKeyArn: 'arn:key/logs' },
  });
});

test('the defaults are settings without a problem', () => {
  for (const settings of Object.values(warehouseConfig.defaults)) {
    expect(warehouseConfig.schema.parse(settings)).toEqual(settings);
    expect(warehouseProblems(settings)).toEqual([]);
  }
});

test.each([
  { change: { tables: { orders: { ...ORDERS, format: 'json' as const } }, quality: {} }, key: 'tables.orders.since' },
  { change: { tables: { orders: { ...ORDERS, since: '2026-01-01' } }, quality: {} }, key: 'tables.orders.since' },
  {
    change: {
      tables: { orders: { ...ORDERS, format: 'json' as const, since: '2026-01-01', columns: { day: 'date' } } },
      quality: {},
    },
    key: 'tables.orders.columns.day',
  },
  { change: { tables: { orders: { ...ORDERS, columns: {} } }, quality: {} }, key: 'tables.orders.columns' },
  { change: { quality: { orders: ['RowCount > 0'] } }, key: 'quality.orders' },
])('$key is refused', ({ change, key }) => {
  expect(warehouseProblems({ ...dev, ...change }).map((problem) => problem.key)).toEqual([`warehouse.${key}`]);
});

test.each(['bigint', 'decimal(10,2)', 'array<string>', 'struct<a:int>'])('%s is a type', (type) => {
  const tables = { orders: { ...ORDERS, columns: { id: type } } };
  expect(warehouseConfig.schema.safeParse({ ...dev, tables }).success).toBe(true);
});

test.each(['BIGINT', 'text', 'decimal', 'array<>'])('%s is none', (type) => {
  const tables = { orders: { ...ORDERS, columns: { id: type } } };
  expect(warehouseConfig.schema.safeParse({ ...dev, tables }).success).toBe(false);
});
