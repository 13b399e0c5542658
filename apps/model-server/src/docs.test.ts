import path from 'node:path';
import { loadModel, type ServedModel } from '@ml-platform/serving';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildServer } from './build-server.ts';

const fixtures = path.join(import.meta.dirname, '../../../libs/serving/fixtures');

let model: ServedModel;
let app: FastifyInstance;

beforeAll(async () => {
  model = await loadModel(path.join(fixtures, 'delay'));
  app = await buildServer({ name: 'delays', version: '3', model });
});
afterAll(() => Promise.all([app.close(), model.close()]));

test('the page and all that it loads come from this server', async () => {
  const page = await app.inject({ url: '/docs' });
  expect(page.statusCode).toBe(200);
  const urls = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '');
  expect(urls.length).toBeGreaterThan(4);
  for (const url of urls) {
    const asset = await app.inject({ url });
    expect([url, asset.statusCode]).toEqual([url, 200]);
    expect(asset.rawPayload.length).toBeGreaterThan(100);
  }
  expect(page.headers['content-security-policy']).not.toMatch(/https?:|upgrade-insecure-requests/);
});

test('the page shows this document', async () => {
  const [page, json] = await Promise.all([app.inject({ url: '/docs/json' }), app.inject({ url: '/openapi.json' })]);
  expect(page.json()).toEqual(json.json());
});

test('the document has the model’s own columns and types', async () => {
  const document = (await app.inject({ url: '/openapi.json' })).json();
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'delays', version: '3' } });
  expect(Object.keys(document.paths)).toEqual([
    '/predict',
    '/health',
    '/ping',
    '/invocations',
    '/v2/',
    '/v2/health/live',
    '/v2/health/ready',
    '/v2/models/{model}',
    '/v2/models/{model}/ready',
    '/v2/models/{model}/infer',
    '/v2/models/{model}/versions/{version}',
    '/v2/models/{model}/versions/{version}/ready',
    '/v2/models/{model}/versions/{version}/infer',
  ]);
  const { requestBody, responses } = document.paths['/predict'].post;
  const [instances] = requestBody.content['application/json'].schema.oneOf;
  expect(instances.properties.instances.items.properties).toEqual({
    origin: { type: ['string', 'null'] },
    hour: { type: ['number', 'null'], format: 'float' },
    distance: { type: ['number', 'null'], format: 'float' },
  });
  const answer = responses['200'].content['application/json'].schema.properties.predictions.items.properties;
  expect(Object.keys(answer)).toEqual(['delay_probability', 'label']);
  expect(Object.keys(responses)).toEqual(['200', '4XX', '5XX']);
});

test.each(['/predict', '/invocations', '/v2/models/{model}/infer'])(
  'the examples of %s can be sent as they are',
  async (route) => {
    const document = (await app.inject({ url: '/openapi.json' })).json();
    const { example, examples } = document.paths[route].post.requestBody.content['application/json'];
    const values = example ? [example] : Object.values<{ value: object }>(examples).map(({ value }) => value);
    for (const payload of values) {
      const response = await app.inject({ method: 'POST', url: route.replace('{model}', 'delays'), payload });
      expect(response.statusCode).toBe(200);
    }
  },
);
