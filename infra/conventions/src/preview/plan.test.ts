import { expect, test } from 'vitest';
import { planIn } from './plan.ts';

const urn = (name: string, type = 'toy:index/box:Box') => `urn:pulumi:dev::boxes::${type}::${name}`;
const STACK = urn('boxes-dev', 'pulumi:pulumi:Stack');
const secret = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', ciphertext: '[secret]' };

/** As the engine logs it, of what is read and of what isn't. */
const step = (op: string, name: string, diffs?: string[]) => ({
  resourcePreEvent: {
    metadata: {
      ...{ op, urn: urn(name), type: 'toy:index/box:Box', diffs: diffs ?? null },
      new: { inputs: { size: 'large', token: secret, password: 'planted-secret' } },
    },
  },
});

test('a change is told once, with the names of what differs, and no value', () => {
  const plan = planIn([
    { resourcePreEvent: { metadata: { op: 'create', urn: STACK, type: 'pulumi:pulumi:Stack' } } },
    step('same', 'box-0'),
    step('create', 'box-1'),
    ...['create-replacement', 'replace', 'delete-replaced'].map((op) => step(op, 'box-2', ['token', 'size'])),
    step('read', 'box-3'),
    step('delete', 'box-4'),
  ]);
  const type = 'toy:index/box:Box';
  expect(plan.changes).toEqual([
    { operation: 'create', type, name: 'box-1', properties: [] },
    { operation: 'replace', type, name: 'box-2', properties: ['size', 'token'] },
    { operation: 'delete', type, name: 'box-4', properties: [] },
  ]);
  expect(JSON.stringify(plan)).not.toMatch(/planted|ciphertext|large/);
});

test('policies are told with what they are about; of errors only whose they are', () => {
  const policy = { policyName: 'no-public-box', enforcementLevel: 'mandatory', message: 'a box is public\n' };
  const plan = planIn([
    { policyEvent: { ...policy, resourceUrn: urn('box-0') } },
    { policyEvent: { ...policy, policyName: 'budget', enforcementLevel: 'advisory', resourceUrn: STACK } },
    { diagnosticEvent: { severity: 'error', urn: urn('box-1') } },
    { diagnosticEvent: { severity: 'error', urn: urn('box-1') } },
    { diagnosticEvent: { severity: 'error', urn: STACK } },
    { diagnosticEvent: { severity: 'error' } },
    { diagnosticEvent: { severity: 'warning', urn: urn('box-2') } },
  ]);
  expect(plan.violations).toEqual([
    { policy: 'no-public-box', isMandatory: true, message: 'a box is public', resource: 'box-0' },
    { policy: 'budget', isMandatory: false, message: 'a box is public', resource: undefined },
  ]);
  expect(plan.failing).toEqual(['box-1']);
});
