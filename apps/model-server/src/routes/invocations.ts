import {
  type Columns,
  predictionRows,
  type Prediction,
  readCsv,
  readJsonLines,
  type Row,
  writeCsv,
  writeJsonLines,
} from '@ml-platform/serving';
import type { ModelManifest } from '@ml-platform/registry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ContentType, readAccept, readContentType, unknownContentType } from '../formats.ts';
import { errorSchema, invocationBodySchema, predictResponseSchema } from '../model-schema.ts';
import type { ServedVersion } from '../served-version.ts';
import { readInstances } from './predict.ts';

export interface InvocationOptions {
  readonly partsOfFiles?: boolean | undefined;
}

/** What SageMaker asks, for an endpoint or a batch transform. */
export async function invocationRoutes(
  app: FastifyInstance,
  { served, partsOfFiles }: InvocationOptions & { served: ServedVersion },
): Promise<void> {
  const { manifest } = served.model;
  speakFormats(app);
  app.post('/invocations', {
    schema: {
      summary: `Predict with ${served.name}, in JSON, JSON Lines or CSV`,
      tags: ['sagemaker'],
      body: { content: inEachFormat(invocationBodySchema(manifest)) },
      response: {
        200: { description: 'Predictions', content: inEachFormat(predictResponseSchema(manifest)) },
        '4xx': errorSchema,
        '5xx': errorSchema,
      },
    },
    validatorCompiler: () => () => true,
    handler: (request, reply) => invoke(served, request, reply, { partsOfFiles }),
  });
}

/** Bodies in JSON are parsed; those in other formats stay text, which `invoke` reads by the model's signature. */
export function speakFormats(app: FastifyInstance): void {
  app.addContentTypeParser(['text/csv', 'application/jsonlines'], { parseAs: 'string' }, (_, text, done) =>
    done(null, text),
  );
  app.addContentTypeParser('*', ({ headers }, _, done) => done(unknownContentType(headers['content-type'])));
  // SageMaker keeps as text what has a content type that is listed, and a list can't have parameters such as a charset.
  // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CaptureContentTypeHeader.html
  app.addHook('onSend', async (_, reply) => {
    reply.header('content-type', String(reply.getHeader('content-type')).split(';')[0]);
  });
}

/** Predicts what a request holds, and answers in the format that it asks for. */
export async function invoke(
  { name, version, model }: ServedVersion,
  { body, headers }: FastifyRequest,
  reply: FastifyReply,
  options: InvocationOptions,
): Promise<unknown> {
  const asked = readContentType(headers['content-type']);
  const answer = readAccept(headers.accept, asked);
  const { input, header } = readInput(body, asked, model.manifest, options);
  const prediction = await model.predict(input);
  if (answer.format === 'application/json')
    return { model: { name, version }, predictions: predictionRows(prediction) };
  return reply.type(answer.format).send(writeText(prediction, { ...answer, header: answer.header ?? header }));
}

interface Input {
  readonly input: Columns | readonly Row[];
  /** Whether it had a header: then so has an answer in CSV, and each line stands beside the line that it answers. */
  readonly header: boolean;
}

function readInput(
  body: unknown,
  { format, header }: ContentType,
  { signature, example }: ModelManifest,
  { partsOfFiles }: InvocationOptions,
): Input {
  if (format === 'application/json') return { input: readRows(body, example), header: false };
  const text = typeof body === 'string' ? body : '';
  if (format === 'application/jsonlines') return { input: readJsonLines(text), header: false };
  const table = readCsv(text, signature.inputs, { header, partOfFile: partsOfFiles });
  return { input: table.columns, header: table.header };
}

/** Besides what `/predict` takes: a list of rows, or one row. */
function readRows(body: unknown, example: ModelManifest['example']): Columns | readonly Row[] {
  if (Array.isArray(body)) return body;
  return isRow(body, example) ? [body] : readInstances(body, example);
}

function isRow(body: unknown, example: object): body is Row {
  if (typeof body !== 'object' || body === null || 'instances' in body || 'columns' in body) return false;
  return Object.keys(body).some((name) => Object.hasOwn(example, name));
}

function writeText(prediction: Prediction, { format, header = false }: ContentType): string {
  return format === 'text/csv' ? writeCsv(prediction, header) : writeJsonLines(prediction);
}

function inEachFormat(schema: object): Record<string, { schema: object }> {
  return {
    'application/json': { schema },
    'application/jsonlines': { schema: { type: 'string' } },
    'text/csv': { schema: { type: 'string' } },
  };
}
