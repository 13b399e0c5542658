import { buildServer } from '@ml-platform/model-server';
import { loadModel } from '@ml-platform/serving';
import { Ajv2020 } from 'ajv/dist/2020.js';
import AjvDraft4 from 'ajv-draft-04';
import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiConfig } from './config.ts';
import { type Route, readRoutes } from './read-openapi.ts';

const FIXTURE = path.resolve(import.meta.dirname, '../../../../libs/serving/fixtures/every-type');

let folder: string;
let openapi: string;
let served: {
  paths: Record<string, { post: { requestBody: { content: { 'application/json': { schema: object } } } } }>;
};
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'openapi-'));
  openapi = path.join(folder, 'openapi.json');
  const model = await loadModel(FIXTURE);
  const app = await buildServer({ name: 'types', version: '3', model });
  const answer = await app.inject({ url: '/openapi.json' });
  await Promise.all([app.close(), model.close()]);
  served = answer.json();
  await writeFile(openapi, answer.body);
});
afterAll(() => rm(folder, { recursive: true }));

const routesOf = (...routes: string[]) => readRoutes({ ...apiConfig.defaults.prod, openapi, routes });

test("the document of a real server gives each route's body", () => {
  const [predict, infer, health] = routesOf('POST /predict', 'POST /v2/models/{model}/infer', 'GET /health') as Route[];
  expect(Object.keys(predict?.body ?? {})).toEqual(['$schema', 'oneOf']);
  expect(infer?.body).toMatchObject({ type: 'object', required: ['inputs'] });
  expect(health?.body).toBeUndefined();
});

describe('the model of /predict', () => {
  const row = { string_in: 'a', float32_in: 0.5, float64_in: 0.1, int32_in: -7, int64_in: '9', bool_in: true };
  const cell = fc.oneof(fc.constant(null), fc.string(), fc.double({ noNaN: true }), fc.integer(), fc.boolean());
  const key = fc.constantFrom(...Object.keys(row));
  const changed = fc.dictionary(key, cell, { maxKeys: 2 }).map((cells) => ({ ...row, ...cells }));
  const removed = key.map((name) => Object.fromEntries(Object.entries(row).filter(([other]) => other !== name)));
  const rows = fc.array(fc.oneof(fc.constant(row), changed, removed), { maxLength: 2 });
  const body = fc.oneof(
    rows.map((instances) => ({ instances })),
    rows.map((instances) => ({ instances, columns: {} })),
    changed.map((columns) => ({ columns })),
    fc.jsonValue({ maxDepth: 2 }),
  );

  test('takes what the schema of the server takes, and nothing else', () => {
    const schema = served.paths['/predict']?.post.requestBody.content['application/json'].schema ?? {};
    const original = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    const [route] = routesOf('POST /predict');
    const converted = new AjvDraft4.default({ strict: false }).compile(route?.body ?? {});
    expect(converted({ instances: [row] })).toBe(true);
    fc.assert(fc.property(body, (request) => converted(request) === original(request)));
  });
});

describe('is refused with file and key', () => {
  test('a route that the server has not', () => {
    expect(() => routesOf('POST /predic')).toThrow(
      expect.objectContaining({
        message: `${openapi} has no POST /predic, which api.routes names`,
        hint: "did you mean 'POST /predict'?",
      }),
    );
  });

  test.each([
    ['no JSON', '{', /isn't there, or isn't JSON/],
    ['of another version', JSON.stringify({ openapi: '3.0.3', paths: {} }), /openapi: a document of OpenAPI 3\.1/],
  ])('a document %s', async (_, text, message) => {
    const file = path.join(folder, 'wrong.json');
    await writeFile(file, text);
    expect(() => readRoutes({ ...apiConfig.defaults.prod, openapi: file })).toThrow(message);
  });

  test('one that is not there, with what makes it', () => {
    expect(() => readRoutes({ ...apiConfig.defaults.prod, openapi: 'dist/none.json' })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('curl localhost:8080/openapi.json') }),
    );
  });
});

test('switched off nothing is read; without a document routes are known by name alone', () => {
  expect(readRoutes({ ...apiConfig.defaults.dev, openapi: 'dist/none.json' })).toEqual([]);
  expect(readRoutes(apiConfig.defaults.prod)).toEqual([{ method: 'POST', path: '/predict' }]);
});
