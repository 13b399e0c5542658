import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { breaches } from './testing/dockerfile-rules.ts';

const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));
const dockerfiles = globSync('{apps,libs}/*/{,*/}Dockerfile', { cwd: WORKSPACE });

test('there are Dockerfiles', () => {
  expect(dockerfiles).toContain(join('libs', 'pipeline', 'image', 'Dockerfile'));
});

test.each(dockerfiles)('%s pins its bases, fetches nothing unseen, and runs as a user without rights', (file) => {
  expect(breaches(readFileSync(join(WORKSPACE, file), 'utf8'))).toEqual([]);
});

test.each([
  ['FROM node:24\nUSER 1000', []],
  ['FROM node:24 AS a\nUSER 7:7\nFROM a', []],
  ['FROM node:24 AS a\nRUN x\nFROM node:24\nCOPY --from=a /x /x\nUSER 7', []],
  ['FROM node\nUSER 7', ['image node: expected a tag with a version']],
  ['FROM node:latest\nUSER 7', ['image node:latest: expected a tag with a version']],
  ['ARG V=24\nFROM node:$V\nUSER 7', ['image node:$V: expected a tag with a version']],
  ['FROM node:24\nCOPY --from=pakages /x /x\nUSER 7', ['image pakages: expected a tag with a version']],
  ['FROM node:24', ['stage 0 runs as root: expected a number other than 0']],
  ['FROM node:24\nUSER node', ['stage 0 runs as node: expected a number other than 0']],
  ['FROM node:24\nUSER 7\n  user 0', ['stage 0 runs as 0: expected a number other than 0']],
  ['FROM node:24 AS a\nUSER 7\nFROM node:24 AS b', ['stage b runs as root: expected a number other than 0']],
  [
    'FROM node:24\nUSER 7\nADD \\\n  https://x.test/a.tgz /a',
    ['ADD https://x.test/a.tgz /a: expected COPY, nothing from the network without a hash'],
  ],
])('%j breaks %j', (dockerfile, expected) => {
  expect(breaches(dockerfile)).toEqual(expected);
});
