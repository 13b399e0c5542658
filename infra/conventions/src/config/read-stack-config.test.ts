import { PlatformError } from '@ml-platform/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ENVIRONMENTS } from '../environments.ts';
import { defineConfig, readStackConfig } from './read-stack-config.ts';
import { defineSection } from './section.ts';

const backups = defineSection({
  schema: z.strictObject({
    enabled: z.boolean().describe('Backups'),
    days: z.int().min(1).max(35).describe('How long they are kept'),
    vault: z.enum(['own', 'shared']).describe('Where they are'),
  }),
  defaults: {
    dev: { enabled: false, days: 1, vault: 'own' },
    preview: { enabled: false, days: 1, vault: 'own' },
    staging: { enabled: true, days: 7, vault: 'own' },
    prod: { enabled: true, days: 35, vault: 'shared' },
  },
});

const CONFIG = defineConfig({
  scalars: {
    account: z
      .string()
      .regex(/^\d{12}$/, 'twelve digits, in quotes')
      .describe('The account'),
  },
  sections: { backups },
  secrets: { token: 'A token' },
  rules: [
    ({ environment, backups: { enabled } }) =>
      environment === 'prod' && !enabled
        ? [{ key: 'backups.enabled', value: enabled, expected: 'true in prod: what is lost there is lost' }]
        : [],
  ],
});

const ACCOUNT = { 'acme:account': '111111111111' };

const read = (values: Record<string, string>, stack = 'dev') => {
  return readStackConfig(CONFIG, { project: 'acme', stack }, values);
};

function problems(values: Record<string, string>, stack?: string): string[] {
  try {
    read(values, stack);
  } catch (error) {
    expect(error).toBeInstanceOf(PlatformError);
    expect(error).toMatchObject({ code: 'config', hint: expect.stringContaining('stack.schema.json') });
    return (error as PlatformError).message.split('\n');
  }
  throw new Error('nothing is wrong');
}

test('what a file leaves out is the default of its environment', () => {
  expect(read(ACCOUNT)).toEqual({
    project: 'acme',
    stack: 'dev',
    environment: 'dev',
    account: '111111111111',
    backups: { enabled: false, days: 1, vault: 'own' },
  });
  expect(read(ACCOUNT, 'pr-7')).toMatchObject({ environment: 'preview', backups: { days: 1 } });
  expect(read(ACCOUNT, 'prod').backups).toEqual({ enabled: true, days: 35, vault: 'shared' });
});

test('what it says stands before the default, and nothing else changes', () => {
  const settings = fc.record(
    { enabled: fc.boolean(), days: fc.integer({ min: 1, max: 35 }), vault: fc.constantFrom('own', 'shared') },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(settings, fc.constantFrom('dev', 'staging', 'pr-1'), (said, stack) => {
      const { backups: found, environment } = read({ ...ACCOUNT, 'acme:backups': JSON.stringify(said) }, stack);
      expect(found).toEqual({ ...backups.defaults[environment], ...said });
    }),
  );
});

test('a stack of another name says its environment', () => {
  const explicit = { ...ACCOUNT, 'acme:environment': 'prod' };
  expect(read(explicit, 'blue')).toMatchObject({ environment: 'prod', stack: 'blue', backups: { days: 35 } });
  expect(() => read(ACCOUNT, 'blue')).toThrow("stack 'blue' is of no environment");
});

test.each<[string, Record<string, string>, string]>([
  ['an account that is missing', {}, 'account: missing, expected string'],
  ['an account that is none', { 'acme:account': '123' }, 'account: got "123", expected twelve digits, in quotes'],
  [
    'a key that is misspelled',
    { ...ACCOUNT, 'acme:backup': '{"days":3}' },
    'backup: got {"days":3}, expected no such key: did you mean \'backups\'?',
  ],
  [
    'a setting that is misspelled',
    { ...ACCOUNT, 'acme:backups': '{"day":3}' },
    "backups.day: got 3, expected no such key: did you mean 'days'?",
  ],
  [
    'a number that is too small',
    { ...ACCOUNT, 'acme:backups': '{"days":0}' },
    'backups.days: got 0, expected number to be >=1',
  ],
  ['a number in quotes', { ...ACCOUNT, 'acme:backups': '{"days":"7"}' }, 'backups.days: got "7", expected number'],
  [
    'a choice that is none',
    { ...ACCOUNT, 'acme:backups': '{"vault":"theirs"}' },
    'backups.vault: got "theirs", expected one of "own"|"shared"',
  ],
  ['a section that is no object', { ...ACCOUNT, 'acme:backups': 'true' }, 'backups: got true, expected object'],
  [
    'an environment that is none',
    { ...ACCOUNT, 'acme:environment': 'live' },
    'environment: got "live", expected one of "dev"|"staging"|"prod"|"preview"',
  ],
  [
    'a key of another program',
    { ...ACCOUNT, 'aws:region': 'eu-west-1' },
    'aws:region: got "eu-west-1", expected a key of this project, acme:…: the provider is set up from region and account',
  ],
])('%s is refused', (_, values, problem) => expect(problems(values)).toEqual([`Pulumi.dev.yaml: ${problem}`]));

test('all that is wrong is told at once', () => {
  const found = problems({ 'acme:account': 'x', 'acme:backups': '{"days":99,"enable":true}', 'other:project': 'p' });
  expect(found.map((line) => line.replace(/:? (got|missing).*/, ''))).toEqual([
    'Pulumi.dev.yaml: other:project',
    'Pulumi.dev.yaml: account',
    'Pulumi.dev.yaml: backups.days',
    'Pulumi.dev.yaml: backups.enable',
  ]);
});

test('what does not go together is refused', () => {
  const values = { ...ACCOUNT, 'acme:backups': '{"enabled":false}' };
  expect(read(values, 'staging').backups.enabled).toBe(false);
  expect(problems(values, 'prod')).toEqual([
    'Pulumi.prod.yaml: backups.enabled: got false, expected true in prod: what is lost there is lost',
  ]);
});

test('secrets and what is for Pulumi itself are left to it', () => {
  const values = { ...ACCOUNT, 'acme:token': 'hush', 'pulumi:disable-default-providers': '["*"]' };
  expect(JSON.stringify(read(values))).not.toContain('hush');
});

test('each environment has every default, which its own schema takes', () => {
  for (const environment of ENVIRONMENTS)
    expect(() => backups.schema.parse(backups.defaults[environment])).not.toThrow();
});
