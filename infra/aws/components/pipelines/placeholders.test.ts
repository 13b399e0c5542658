import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillPlaceholders, findPlaceholders, PLACEHOLDERS, type Values } from './placeholders.ts';

const ROLE = 'arn:aws:iam::111111111111:role/mlp/training';
const VALUES = Object.fromEntries(
  Object.entries(PLACEHOLDERS).map(([name, kind]) => [
    name,
    kind === 'list' ? [`${name}-1`, `${name}-2`] : `value-of-${name}`,
  ]),
) as Values;
const LAKE = { S3Uri: 's3://from-stack.lake/pipelines' };

test('a whole ARN is one placeholder, a place in a text another, a list takes the place of its item', () => {
  const document = {
    RoleArn: 'arn:aws:iam::000000000000:role/from-stack.role',
    'Key.$': "States.Format('s3://from-stack.lake/pipelines/{}', $$.Execution.Name)",
    Subnets: ['from-stack.subnets', 'subnet-of-ours'],
  };
  expect([...findPlaceholders(document, 'x.json')]).toEqual(['role', 'lake', 'subnets']);
  expect(fillPlaceholders(document, { role: ROLE, lake: 'acme-lake', subnets: ['a', 'b'] })).toEqual({
    RoleArn: ROLE,
    'Key.$': "States.Format('s3://acme-lake/pipelines/{}', $$.Execution.Name)",
    Subnets: ['a', 'b', 'subnet-of-ours'],
  });
});

describe('for any document', () => {
  const name = fc.constantFrom(...Object.keys(PLACEHOLDERS));
  const text = name.filter((of) => PLACEHOLDERS[of as keyof typeof PLACEHOLDERS] === 'text');
  const leaf = fc.oneof(
    text.map((of) => `from-stack.${of}`),
    text.map((of) => `s3://from-stack.${of}/a b`),
    name.map((of) => [`from-stack.${of}`]),
    fc.jsonValue({ maxDepth: 1 }),
  );
  const document = fc.dictionary(fc.string(), fc.oneof(leaf, fc.array(leaf), fc.dictionary(fc.string(), leaf)));

  test('what has none stays as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (any) => {
        expect(fillPlaceholders(any, VALUES)).toEqual(any);
      }),
    );
  });

  test('none is left, and no other was put in than those that were found', () => {
    fc.assert(
      fc.property(document, (any) => {
        const found = findPlaceholders({ ...LAKE, any }, 'x.json');
        const filled = JSON.stringify(fillPlaceholders({ ...LAKE, any }, VALUES));
        expect(filled).not.toMatch(/from-stack|undefined/);
        const put = Object.keys(VALUES).filter((of) =>
          new RegExp(`(value-of-)?${of.replaceAll('.', '\\.')}(-1|\\b)`).test(filled),
        );
        expect(put).toEqual(expect.arrayContaining([...found]));
      }),
    );
  });
});
