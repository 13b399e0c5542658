import { expect, test } from 'vitest';
import { AZURE_DEVOPS, azureIdentity } from './azure-subjects.ts';
import { trustJobs } from './ci-trust.ts';

const ID = '6804a3a0-e94c-41ae-9343-c5676fd58375';
const ACME = { organization: 'acme', organizationId: ID, project: 'ML platform' };

test('a role is trusted to one service connection, by the issuer of its organization alone', () => {
  const identity = azureIdentity(ACME);
  expect(trustJobs('arn:issuer', identity, identity.deployerSubjects('prod')).Condition).toEqual({
    StringEquals: {
      [`vstoken.dev.azure.com/${ID}:aud`]: 'api://AzureADTokenExchange',
      [`vstoken.dev.azure.com/${ID}:sub`]: 'sc://acme/ML platform/aws-prod',
    },
  });
  expect(identity.readerSubjects).toEqual(['sc://acme/ML platform/aws-reader']);
});

test.each([
  ['organization', 'https://dev.azure.com/acme'],
  ['organizationId', ID.toUpperCase()],
  ['project', 'ML%20platform'],
  ['project', 'acme/platform'],
  ['signingKey', '1234abcd-12ab-34cd-56ef-1234567890ab'],
])('%s is not %s', (key, value) => {
  const { error } = AZURE_DEVOPS.safeParse({ ...ACME, [key]: value });
  expect(error?.issues.map(({ path }) => path)).toEqual([[key]]);
});
