import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineConfig, readStackConfig } from '../config/read-stack-config.ts';
import { defineSection } from '../config/section.ts';
import { layRelease } from './lay-release.ts';
import { testRelease } from './testing/release.ts';

const RELEASE = testRelease(7);
const DIGEST = RELEASE.image.digest;

test('what a release names stands before the file, and all else stays as it is', () => {
  const values = {
    'acme:serving': '{"kind":"lambda","imageDigest":"old"}',
    'acme:region': 'eu-west-1',
    'pulumi:x': '1',
  };
  expect(layRelease('acme', values, RELEASE)).toEqual({
    ...values,
    'acme:serving': JSON.stringify({ kind: 'lambda', imageDigest: DIGEST }),
  });
  expect(layRelease('acme', {}, RELEASE)).toEqual({ 'acme:serving': JSON.stringify({ imageDigest: DIGEST }) });
});

test.each(['[1]', 'words', 'null', '{', '111111111111'])(
  'what is no section in the file is none to lay over: %s',
  (text) => {
    expect(() => layRelease('acme', { 'acme:serving': text }, RELEASE)).toThrow(
      `release delays-7+0f3c2a1: serving: the stack's file has ${text} there, expected a section`,
    );
  },
);

const serving = { kind: 'none' as const };
const CONFIG = defineConfig({
  scalars: { account: z.string().length(12) },
  sections: {
    serving: defineSection({
      schema: z.strictObject({ kind: z.enum(['none', 'lambda']), imageDigest: z.string().length(71).optional() }),
      defaults: { dev: serving, preview: serving, staging: serving, prod: serving },
    }),
  },
});
const read = (values: Record<string, string>, config = RELEASE.config) =>
  readStackConfig(CONFIG, { project: 'acme', stack: 'dev' }, values, { ...RELEASE, config });

test('it is held to the schema of the stack, and told apart from the file', () => {
  expect(read({ 'acme:account': '111111111111' }).serving).toEqual({ kind: 'none', imageDigest: DIGEST });
  const wrong = { serving: { imageDigest: 'latest', kidn: 1 }, services: { x: 1 } };
  expect(() => read({ 'acme:account': '1', 'acme:serving': '{"kind":"big"}' }, wrong)).toThrow(
    new RegExp(
      [
        /^Pulumi.dev.yaml: account: got "1".*/,
        /Pulumi.dev.yaml: serving.kind: got "big".*/,
        /release delays-7\+0f3c2a1: serving.imageDigest: got "latest".*/,
        /release delays-7\+0f3c2a1: serving.kidn: got 1, expected no such key: did you mean 'kind'\?/,
        /release delays-7\+0f3c2a1: services: got {"x":1}, expected no such key: did you mean 'serving'\?$/,
      ]
        .map(({ source }) => source)
        .join('\n'),
    ),
  );
});

test('a setting that stands alone, such as the account, is no section that a release could change', () => {
  const config = { account: { of: 'somebody' } };
  expect(() => read({ 'acme:account': '111111111111' }, config)).toThrow('account: the stack');
  expect(() => read({}, config)).toThrow('release delays-7+0f3c2a1: account: got {"of":"somebody"}, expected string');
});
