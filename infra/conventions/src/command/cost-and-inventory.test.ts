import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cost } from './cost.ts';
import { inventory } from './inventory.ts';
import { type StackOptions, readOptions } from './options.ts';

let workspace: string;
let project: string;
let printed: string[];

/** A project of a cloud whose one resource costs two a month. */
const FILES = {
  'Pulumi.yaml': 'name: acme\n',
  'Pulumi.dev.yaml': 'config: {}\n',
  'Pulumi.prod.yaml': 'config: {}\n',
  'Pulumi.pr-7.yaml': 'config: {}\n',
  'project.ts': `import * as pulumi from '${import.meta.resolve('@pulumi/pulumi')}';
    export default {
      program: async () => {
        const group = new pulumi.ComponentResource('mlp:test:Keys', 'acme-' + pulumi.getStack() + '-keys');
        new pulumi.CustomResource('x:kms/key:Key', 'one', {}, { parent: group, protect: pulumi.getStack() === 'prod' });
      },
      standIn: (type, name) => ({ id: name, state: {} }),
    };`,
  'cost/index.ts': `export default {
      table: new URL('prices.yaml', import.meta.url).pathname,
      pricers: { 'x:kms/key:Key': (key, { find }) => [{ what: 'key', idle: find('key') }] },
      free: [],
      budgetOf: () => 10,
      regionOf: () => 'here',
      commitments: {},
    };`,
  'cost/prices.yaml': `{ date: "2025-06-01", currency: EUR, regions: [here],
      prices: { key: { price: 2, per: month, source: https://example.com } } }`,
};

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'stacks-'));
  project = join(workspace, 'infra/cloud');
  mkdirSync(join(project, 'cost'), { recursive: true });
  for (const [file, text] of Object.entries(FILES)) writeFileSync(join(project, file), text);
  printed = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const options = (...flags: string[]): StackOptions => readOptions('cost', ['--project', project, ...flags]);

test('cost prints what a stack costs, as text or as JSON', async () => {
  await cost(options('--env', 'dev'));
  expect(printed.join('')).toContain('2.00 EUR in all, 20 % of the budget of 10 EUR');
  printed = [];
  await cost(options('--env', 'dev', '--json'));
  expect(JSON.parse(printed.join(''))).toMatchObject({ stack: 'dev', idlePerMonth: 2, budget: 10, notPriced: [] });
});

test('cost of a project that has no prices, or of no stack, says so', async () => {
  await expect(cost(options())).rejects.toMatchObject({ code: 'usage' });
  const empty = join(workspace, 'infra/empty');
  mkdirSync(empty);
  writeFileSync(join(empty, 'Pulumi.yaml'), 'name: acme\n');
  writeFileSync(join(empty, 'Pulumi.dev.yaml'), 'config: {}\n');
  await expect(cost({ ...options('--env', 'dev'), project: empty })).rejects.toMatchObject({ code: 'notFound' });
});

test('inventory writes a page per stack that stays, twice the same, and says when one is not current', async () => {
  await expect(inventory(options('--check'))).rejects.toMatchObject({
    code: 'step',
    message: 'not current: docs/infrastructure/cloud-dev.md, docs/infrastructure/cloud-prod.md',
  });
  await inventory(options());
  expect(printed.join('')).toBe('docs/infrastructure/cloud-dev.md\ndocs/infrastructure/cloud-prod.md\n');
  const page = join(workspace, 'docs/infrastructure/cloud-prod.md');
  expect(readFileSync(page, 'utf8')).toContain('| keys | kms.Key | 1 | yes | |');
  await inventory(options('--check'));
  writeFileSync(page, 'edited');
  await expect(inventory(options('--check'))).rejects.toThrow('not current: docs/infrastructure/cloud-prod.md');
  await inventory(options('--check', '--env', 'dev'));
});
