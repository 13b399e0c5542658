import { PlatformError } from '@ml-platform/errors';
import { expect, test } from 'vitest';
import type { Estimate } from '../cost/estimate.ts';
import type { PlannedChange } from './plan.ts';
import { previewText } from './preview-text.ts';

const NOTHING = { changes: [], violations: [], failing: [] };
const change = (operation: PlannedChange['operation'], name: string, properties: string[] = []): PlannedChange => {
  return { operation, type: 'aws:s3/bucket:Bucket', name, properties };
};

/** That costs so much, by component. */
function costing(components: Readonly<Record<string, number>>, budget?: number): Estimate {
  const lines = Object.entries(components).map(([component, idle]) => {
    return { component, resource: component, type: 'x', what: 'machine', idle };
  });
  const idlePerMonth = Object.values(components).reduce((total, one) => total + one, 0);
  const facts = {
    date: '2025-06-01',
    currency: 'USD',
    region: 'eu-central-1',
    notPriced: [],
    free: {},
    commitments: [],
  };
  return { ...facts, lines, idlePerMonth, ...(budget !== undefined && { budget }) };
}

test('what goes stands first, what differs beside it, and the cost below', () => {
  const changes = [change('create', 'lake'), change('update', 'logs', ['tags', 'versioning']), change('delete', 'old')];
  const cost = costing({ keys: 1, serve: 60 }, 50);
  const costNow = costing({ keys: 1, cache: 12.5 });
  const release = 'delays-7+0f3c2a1';
  expect(previewText('dev', { plan: { ...NOTHING, changes }, release, cost, costNow })).toBe(
    `### Stack \`dev\`: 1 to delete, 1 to create, 1 to update

<details><summary>3 resources</summary>

| | type | resource | what differs |
| --- | --- | --- | --- |
| **delete** | s3.Bucket | \`old\` |  |
| create | s3.Bucket | \`lake\` |  |
| update | s3.Bucket | \`logs\` | \`tags\`, \`versioning\` |

</details>

Idle, it costs 61.00 USD in a month by list prices; now 13.50, +47.50; **more than the budget of 50**

| component | now | then | |
| --- | ---: | ---: | ---: |
| cache | 12.50 | 0.00 | −12.50 |
| serve | 0.00 | 60.00 | +60.00 |

Release: \`delays-7+0f3c2a1\`
`,
  );
});

test('no change is said, and costs the same', () => {
  const cost = costing({ keys: 1 });
  expect(previewText('dev', { plan: NOTHING, cost, costNow: cost })).toBe(
    '### Stack `dev`: no changes\n\nIdle, it costs 1.00 USD in a month by list prices; now 1.00, no difference\n',
  );
});

test('of a stack that has not been made there is no cost to compare with', () => {
  const text = previewText('dev', { plan: NOTHING, cost: costing({ keys: 1 }), costNow: undefined });
  expect(text).toContain('Idle, it costs 1.00 USD in a month by list prices\n');
});

test('broken policies and failing resources are told above the changes', () => {
  const violation = { policy: 'no-public-bucket', isMandatory: true, message: 'is public:\nclose it', resource: 'a|b' };
  const advice = { policy: 'old-machine', isMandatory: false, message: 'take a newer one', resource: undefined };
  const failure = new PlatformError('pulumi preview ended with 255', { code: 'step', hint: 'see above' });
  const plan = { changes: [change('create', 'a|b')], violations: [violation, advice], failing: ['box'] };
  const text = previewText('prod', { plan, failure });
  expect(text).toContain('### Stack `prod`: ❌ the preview failed; 1 policy broken; 1 to create\n');
  expect(text).toContain('- **broken** `no-public-bucket`, `a\\|b`: is public: close it\n- advice `old-machine`: take');
  expect(text).toContain("Something is wrong with `box`: what it is stands in the job's log.");
  expect(text.indexOf('no-public-bucket')).toBeLessThan(text.indexOf('<details>'));
});

test('a stack file that is wrong is quoted', () => {
  const failure = new PlatformError('Pulumi.dev.yaml: a: got 1\nPulumi.dev.yaml: b: got 2', {
    code: 'config',
    hint: 'x',
  });
  expect(previewText('dev', { failure })).toBe(
    '### Stack `dev`: ❌ the preview failed\n\n> Pulumi.dev.yaml: a: got 1\n> Pulumi.dev.yaml: b: got 2\n',
  );
});

test('of many changes a hundred are listed', () => {
  const changes = Array.from({ length: 130 }, (_, index) => change('create', `bucket-${index}`));
  const text = previewText('dev', { plan: { ...NOTHING, changes } });
  expect(text.match(/^\| create/gm)).toHaveLength(100);
  expect(text).toContain('<summary>130 resources</summary>');
  expect(text).toContain('\nand 30 more\n');
});
