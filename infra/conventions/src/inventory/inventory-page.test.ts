import { expect, test } from 'vitest';
import { inventoryPage } from './inventory-page.ts';
import { component, declared, urnOf } from './testing/declared.ts';
import { parseFlowchart } from './testing/parse-flowchart.ts';

const KEY = 'aws:kms/key:Key';
const BUCKET = 'aws:s3/bucket:Bucket';
const ENCRYPTION = 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration';
const ROLE_POLICY = 'aws:iam/rolePolicy:RolePolicy';

const byKey = (input: string) => ({ propertyDependencies: { [input]: [urnOf(KEY, 'acme-dev-keys-data')] } });

const RESOURCES = [
  ...component('Keys', 'acme-dev-keys', declared(KEY, 'acme-dev-keys-data', { protect: true })),
  ...component(
    'DataLake',
    'acme-dev-lake',
    declared(BUCKET, 'acme-dev-lake', { protect: true }),
    declared(BUCKET, 'acme-dev-lake-logs'),
    declared(ENCRYPTION, 'acme-dev-lake', byKey('rules')),
    declared(ROLE_POLICY, 'acme-dev-lake', byKey('policy')),
    declared('aws:sqs/queue:Queue', 'acme-dev-lake', byKey('kmsMasterKeyId')),
    declared('aws:sqs/queuePolicy:QueuePolicy', 'acme-dev-lake', byKey('policy')),
  ),
  declared('pulumi:providers:aws', 'aws'),
];

const FACTS = { cloud: 'aws', stack: 'dev', prefix: 'acme-dev' };

test('a page says what there is, what is protected, and by which key it is encrypted', () => {
  const page = inventoryPage(RESOURCES, FACTS);
  const rows = page.split('\n').filter((line) => line.startsWith('|'));
  expect(rows.slice(2)).toEqual([
    '| keys | kms.Key | 1 | yes | |',
    '| lake | iam.RolePolicy | 1 | | |',
    '| | s3.Bucket | 2 | 1 of 2 | |',
    '| | s3.BucketServerSideEncryptionConfiguration | 1 | | keys-data |',
    '| | sqs.Queue | 1 | | keys-data |',
    '| | sqs.QueuePolicy | 1 | | |',
  ]);
  expect(page).toContain('7 resources in 2 components; 2 of them are protected');
});

test('its diagram can be drawn, and the project is not named in it', () => {
  const page = inventoryPage(RESOURCES, FACTS);
  const [, diagram = ''] = /```mermaid\n([\s\S]*?)\n```/.exec(page) ?? [];
  expect(parseFlowchart(diagram).lines).toEqual([['c_lake', 'c_keys']]);
  expect(page).not.toContain('acme');
});

test('the order in which a program declares its resources changes nothing', () => {
  expect(inventoryPage(RESOURCES.toReversed(), FACTS)).toBe(inventoryPage(RESOURCES, FACTS));
});
