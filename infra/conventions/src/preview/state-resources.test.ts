import { expect, test } from 'vitest';
import { resourcesIn } from './state-resources.ts';

const STACK = 'urn:pulumi:dev::acme::pulumi:pulumi:Stack::acme-dev';
const KEY = 'urn:pulumi:dev::acme::mlp:security:Keys$x:kms/key:Key::acme-dev-keys-data';

test('what a state has is told as a program asks for it', () => {
  const resources = [
    { urn: STACK, type: 'pulumi:pulumi:Stack', custom: false },
    {
      ...{ urn: KEY, type: 'x:kms/key:Key', custom: true, id: 'k', parent: STACK, protect: true },
      ...{ inputs: { days: 7 }, propertyDependencies: { policy: ['urn:other'], days: null } },
    },
    { urn: `${KEY}-old`, type: 'x:kms/key:Key', custom: true, delete: true },
  ];
  expect(resourcesIn({ version: 3, deployment: { resources } })).toEqual([
    {
      ...{ type: 'x:kms/key:Key', name: 'acme-dev-keys-data', urn: KEY, parent: STACK, isCustom: true },
      ...{ inputs: { days: 7 }, secretInputs: [], provider: '', dependencies: [] },
      propertyDependencies: { policy: ['urn:other'], days: [] },
      options: {
        ...{ protect: true, retainOnDelete: false, ignoreChanges: [] },
        ...{ deletedWith: undefined, additionalSecretOutputs: [] },
      },
    },
  ]);
});

test.each([undefined, {}, { deployment: {} }, { deployment: { resources: [] } }])('of %j it has nothing', (state) => {
  expect(resourcesIn(state)).toEqual([]);
});
