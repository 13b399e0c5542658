import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WORKSPACE } from '../workspace.ts';
import { withModel } from './with-model.ts';

const END = [
  'COPY model /opt/ml/model',
  'ENV MODEL_NAME=delays',
  'CMD ["--model-dir","/opt/ml/model","--model","delays"]',
  '',
].join('\n');

test.each([
  ['COPY . .', 'COPY server .'],
  ['COPY package.json package-lock.json ./', 'COPY server/package.json server/package-lock.json ./'],
  ['COPY --chown=7:7 --chmod=644 bin lib /app/', 'COPY --chown=7:7 --chmod=644 server/bin server/lib /app/'],
  ['COPY --from=packages /app/node_modules node_modules', 'COPY --from=packages /app/node_modules node_modules'],
  ['RUN echo COPY a b', 'RUN echo COPY a b'],
])('%s becomes %s', (line, moved) => {
  expect(withModel(`FROM node:24\n${line}\n`, 'delays')).toBe(`FROM node:24\n${moved}\n${END}`);
});

test("the model server's own Dockerfile copies nothing but the server, then the model", () => {
  const own = readFileSync(join(WORKSPACE, 'apps/model-server/Dockerfile'), 'utf8');
  const copied = withModel(own, 'delays').match(/^COPY .*/gm);
  expect(copied).toEqual([
    'COPY server/package.json server/package-lock.json ./',
    'COPY --from=packages /app/node_modules node_modules',
    'COPY server .',
    'COPY model /opt/ml/model',
  ]);
});
