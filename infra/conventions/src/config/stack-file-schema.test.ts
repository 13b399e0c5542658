import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineConfig } from './read-stack-config.ts';
import { defineSection } from './section.ts';
import { stackFileSchema } from './stack-file-schema.ts';

const days = { days: 7, zones: ['a', 'b'] as [string, string] };
const backups = defineSection({
  schema: z.strictObject({
    days: z.int().min(1).describe('How long they are kept'),
    zones: z.tuple([z.string(), z.string()]).describe('The two zones'),
  }),
  defaults: { dev: days, preview: days, staging: days, prod: days },
});
const CONFIG = defineConfig({
  scalars: {
    account: z
      .string()
      .regex(/^\d{12}$/)
      .describe('The account'),
  },
  sections: { backups },
  secrets: { token: 'A token' },
});

const schema = stackFileSchema('acme', CONFIG);
const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
const accepts = (config: object, rest: object = {}) => validate({ config, ...rest });
const ACCOUNT = { 'acme:account': '111111111111' };

test('it takes what a stack file may say', () => {
  expect(accepts(ACCOUNT)).toBe(true);
  expect(accepts({ ...ACCOUNT, 'acme:backups': { days: 3 } })).toBe(true);
  expect(accepts({ ...ACCOUNT, 'acme:backups': { zones: ['a', 'b'] } })).toBe(true);
  expect(accepts({ ...ACCOUNT, 'acme:environment': 'prod', 'acme:token': { secure: 'v1:…' } })).toBe(true);
  expect(accepts({ ...ACCOUNT, 'pulumi:disable-default-providers': ['*'] })).toBe(true);
  expect(accepts(ACCOUNT, { secretsprovider: 'awskms://alias/x', encryptedkey: 'x', encryptionsalt: 'x' })).toBe(true);
});

test.each<[string, object]>([
  ['a key that is missing', {}],
  ['a key that is none', { ...ACCOUNT, 'acme:backup': {} }],
  ['a setting that is none', { ...ACCOUNT, 'acme:backups': { day: 3 } }],
  ['a setting of another type', { ...ACCOUNT, 'acme:backups': { days: '3' } }],
  ['a setting that is too small', { ...ACCOUNT, 'acme:backups': { days: 0 } }],
  ['a zone too many', { ...ACCOUNT, 'acme:backups': { zones: ['a', 'b', 'c'] } }],
  ['an account that is a number', { 'acme:account': 111111111111 }],
  ['an environment that is none', { ...ACCOUNT, 'acme:environment': 'live' }],
  ['a secret in the open', { ...ACCOUNT, 'acme:token': 'hush' }],
  ['a key of another program', { ...ACCOUNT, 'aws:region': 'eu-west-1' }],
])('it refuses %s', (_, config) => expect(accepts(config)).toBe(false));

test('an editor can say what each key is for', () => {
  expect(schema).toMatchObject({
    properties: {
      config: {
        properties: {
          'acme:account': { description: 'The account' },
          'acme:backups': { properties: { days: { description: 'How long they are kept' } } },
          'acme:token': { description: 'A token' },
        },
      },
    },
  });
});
