import { PlatformError } from '@ml-platform/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { LoadedModels, ModelPlace } from '../loaded-models.ts';
import { errorSchema } from '../model-schema.ts';
import { type InvocationOptions, invoke, speakFormats } from './invocations.ts';

interface Options extends InvocationOptions {
  readonly models: LoadedModels;
}

const loadSchema = z.object({ model_name: z.string().min(1), url: z.string().min(1) });
const pageSchema = z.object({
  next_page_token: z.string().optional(),
  limit: z.coerce.number().int().positive().optional(),
});

const tags = ['sagemaker'];
const placeSchema = {
  type: 'object',
  required: ['modelName', 'modelUrl'],
  properties: { modelName: { type: 'string' }, modelUrl: { type: 'string' } },
};
const errors = { '4xx': errorSchema, '5xx': errorSchema };

/** https://docs.aws.amazon.com/sagemaker/latest/dg/mms-container-apis.html */
export async function multiModelRoutes(app: FastifyInstance, { models, ...options }: Options): Promise<void> {
  // The schemas are for readers: the handlers check the same, and say more.
  app.setValidatorCompiler(() => () => true);
  parseEmptyJson(app);
  const named = (request: FastifyRequest) => (request.params as { model: string }).model;
  const { $schema, ...body } = z.toJSONSchema(loadSchema);
  app.post('/models', {
    schema: { summary: 'Load a model', tags, body, response: errors },
    handler: async (request) => {
      const place = readPlace(request.body);
      await models.load(place, titleOf(request) ?? place.modelName);
      return place;
    },
  });
  app.get('/models', {
    schema: { summary: 'Loaded models', tags, querystring: querySchema, response: { 200: listSchema, ...errors } },
    handler: async ({ query }) => pageOf(models.list(), query),
  });
  app.get('/models/:model', {
    schema: { summary: 'One loaded model', tags, response: { 200: placeSchema, ...errors } },
    handler: async (request) => models.place(named(request)),
  });
  app.delete('/models/:model', {
    schema: { summary: 'Unload a model', tags, response: errors },
    handler: async (request) => {
      await models.unload(named(request));
      return {};
    },
  });
  await app.register(async (invoking) => {
    speakFormats(invoking);
    invoking.post('/models/:model/invoke', {
      schema: { summary: 'Predict with a loaded model, in JSON, JSON Lines or CSV', tags, response: errors },
      handler: (request, reply) => models.use(named(request), (served) => invoke(served, request, reply, options)),
    });
  });
}

/** A client that calls all bodies JSON calls the one that it doesn't send by DELETE so too. */
function parseEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parse(request, body, done);
  });
}

const querySchema = {
  type: 'object',
  properties: { next_page_token: { type: 'string' }, limit: { type: 'integer', minimum: 1 } },
};
const listSchema = {
  type: 'object',
  required: ['models'],
  properties: { models: { type: 'array', items: placeSchema }, nextPageToken: { type: 'string' } },
};

function readPlace(body: unknown): ModelPlace {
  const parsed = loadSchema.safeParse(body);
  if (parsed.success) return { modelName: parsed.data.model_name, modelUrl: parsed.data.url };
  throw new PlatformError('expected the name and the folder of a model', {
    code: 'usage',
    hint: 'for example {"model_name":"delays","url":"/opt/ml/models/delays/model"}',
  });
}

/** What the client called the model: SageMaker's own name for it says nothing. */
function titleOf({ headers }: FastifyRequest): string | undefined {
  const title = headers['x-amzn-sagemaker-target-model'];
  return typeof title === 'string' && title !== '' ? title : undefined;
}

function pageOf(places: readonly ModelPlace[], query: unknown): object {
  const parsed = pageSchema.safeParse(query);
  const token = parsed.data?.next_page_token;
  const start = token === undefined ? 0 : places.findIndex(({ modelName }) => modelName === token);
  if (!parsed.success || start === -1) {
    throw new PlatformError('expected a limit of 1 at least, and a next_page_token that came with a page', {
      code: 'usage',
      hint: 'GET /models without either',
    });
  }
  const end = start + (parsed.data.limit ?? places.length);
  const next = places[end];
  return { models: places.slice(start, end), ...(next && { nextPageToken: next.modelName }) };
}
