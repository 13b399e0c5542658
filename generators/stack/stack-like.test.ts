import { expect, test } from 'vitest';
import { environmentNamed, stackLike } from './stack-like.ts';

const STAGING = `# yaml-language-server: $schema=./stack.schema.json
secretsprovider: awskms://alias/pulumi-staging
encryptedkey: AAAA
config:
  acme:account: '222222222222' # ours
  acme:region: eu-central-1
  acme:webhook:
    secure: v1:abc
  acme:network:
    nat: true
`;

test('a stack that is like another has its config and its comments, and none of its secrets', () => {
  expect(stackLike(STAGING, 'acme', { account: '444444444444', environment: 'staging' })).toBe(
    `# yaml-language-server: $schema=./stack.schema.json
config:
  acme:account: '444444444444' # ours
  acme:region: eu-central-1
  acme:network:
    nat: true
  acme:environment: staging
`,
  );
});

test('a name says the environment, or nothing does', () => {
  expect(environmentNamed('pr-17')).toBe('preview');
  expect(environmentNamed('prod')).toBe('prod');
  expect(() => environmentNamed('qa')).toThrow("the name 'qa' says no environment");
});

test('a file without config is refused', () => {
  expect(() => stackLike('a: 1\n', 'acme', {})).toThrow('has no config');
});
