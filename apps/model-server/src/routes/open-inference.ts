import { PlatformError } from '@ml-platform/errors';
import { inferenceResponse, modelMetadata, readInferenceRequest } from '@ml-platform/serving';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answerErrorAsText, noSuchRoute } from '../error-response.ts';
import { inferBodySchema, inferResponseSchema } from '../open-inference-schema.ts';
import type { ServedVersion } from '../served-version.ts';

interface Params {
  readonly model: string;
  readonly version?: string;
}

const tags = ['open inference protocol v2'];

/** The Open Inference Protocol v2 over HTTP, to be registered with the prefix `/v2`. */
export async function openInferenceRoutes(app: FastifyInstance, { served }: { served: ServedVersion }): Promise<void> {
  app.setErrorHandler(answerErrorAsText);
  app.setNotFoundHandler(noSuchRoute);
  // The schemas are for readers: the handlers check the same, and say more.
  app.setValidatorCompiler(() => () => true);
  // Triton's client, for one, names no content type.
  app.addContentTypeParser('*', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'));
  app.addHook('onRequest', refuseBinaryTensors);
  serverRoutes(app);
  for (const path of ['/models/:model', '/models/:model/versions/:version']) modelRoutes(app, path, served);
}

function serverRoutes(app: FastifyInstance): void {
  const server = { name: 'ml-platform-model-server', version: '0.1.0', extensions: [] };
  app.get('/', { schema: { summary: 'Server metadata', tags } }, async () => server);
  app.get('/health/live', { schema: { summary: 'Server live', tags } }, async () => ({ live: true }));
  app.get('/health/ready', { schema: { summary: 'Server ready', tags } }, async () => ({ live: true, ready: true }));
}

function modelRoutes(app: FastifyInstance, path: string, served: ServedVersion): void {
  const { model } = served;
  const { signature, example } = model.manifest;
  const metadata = modelMetadata(served, signature);
  const params = paramsSchema(path, served);
  const preHandler = async (request: FastifyRequest) => checkServed(request.params as Params, served);
  app.get(path, { schema: { summary: 'Model metadata', tags, params }, preHandler }, async () => metadata);
  app.get(`${path}/ready`, { schema: { summary: 'Model ready', tags, params }, preHandler }, async () => ({
    name: served.name,
    ready: true,
  }));
  app.post(`${path}/infer`, {
    schema: {
      summary: 'Infer',
      tags,
      params,
      body: inferBodySchema(metadata, example),
      response: { 200: inferResponseSchema },
    },
    preHandler,
    handler: async ({ body }) => {
      const request = readInferenceRequest(body, signature);
      return inferenceResponse(served, request, await model.predict(request.columns), signature);
    },
  });
}

async function refuseBinaryTensors({ headers }: FastifyRequest): Promise<void> {
  if (headers['inference-header-content-length'] === undefined) return;
  throw new PlatformError('the request has binary tensors, expected JSON alone', {
    code: 'usage',
    hint: 'with a Triton client, pass binary_data=False',
  });
}

function paramsSchema(path: string, { name, version }: ServedVersion): object {
  const model = { type: 'string', enum: [name] };
  const properties = path.endsWith(':version') ? { model, version: { type: 'string', enum: [version] } } : { model };
  return { type: 'object', properties, required: Object.keys(properties) };
}

function checkServed({ model, version }: Params, served: ServedVersion): void {
  if (model === served.name && (version === undefined || version === served.version)) return;
  const asked = version === undefined ? `model "${model}"` : `version "${version}" of model "${model}"`;
  throw new PlatformError(`the ${asked} isn't served here`, {
    code: 'notFound',
    hint: `this server has version ${served.version} of ${served.name}`,
  });
}
