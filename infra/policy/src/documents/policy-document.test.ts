import { UNKNOWN } from '@ml-platform/conventions';
import { expect, test } from 'vitest';
import { allowsOf, statementsOf } from './policy-document.ts';

const STATEMENT = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::lake/*' };

test('text, an object, one statement and many read alike', () => {
  const read = {
    effect: 'Allow',
    actions: ['s3:GetObject'],
    notActions: [],
    resources: ['arn:aws:s3:::lake/*'],
    principals: { AWS: ['*'] },
    conditions: [],
  };
  expect(statementsOf({ Statement: STATEMENT })).toEqual([read]);
  expect(statementsOf(JSON.stringify({ Statement: [STATEMENT, STATEMENT] }))).toEqual([read, read]);
});

test('the keys of conditions are compared without case', () => {
  const Condition = { StringEquals: { 'aws:SourceAccount': '1' }, Bool: { 'aws:SecureTransport': false } };
  expect(statementsOf({ Statement: { ...STATEMENT, Condition } })[0]?.conditions).toEqual([
    { operator: 'StringEquals', key: 'aws:sourceaccount', values: ['1'] },
    { operator: 'Bool', key: 'aws:securetransport', values: ['false'] },
  ]);
});

test('a denial allows nothing, and what is not known says nothing', () => {
  expect(allowsOf({ Statement: { ...STATEMENT, Effect: 'Deny' } })).toEqual([]);
  expect([UNKNOWN, undefined, null, ''].flatMap(statementsOf)).toEqual([]);
});
