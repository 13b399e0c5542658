import { type ErrorCode, PlatformError } from '@ml-platform/errors';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode | 'internal';
    readonly message: string;
    readonly hint: string;
  };
}

const STATUS: Readonly<Record<ErrorCode, number>> = {
  usage: 400,
  data: 400,
  notFound: 404,
  busy: 503,
  environment: 503,
  config: 500,
  step: 500,
};

const HINTS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'send JSON with the header content-type: application/json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'send a JSON body; /docs has an example',
  FST_ERR_CTP_INVALID_JSON_BODY: 'send valid JSON; NaN is written as null',
  FST_ERR_CTP_BODY_TOO_LARGE: 'send fewer rows per request',
};

/** Answers with `{ error: { code, message, hint } }`. */
export function answerError(thrown: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, body } = describe(thrown, request);
  return reply.code(status).send(body);
}

/** Answers with `{ error: message }`, the form that the Open Inference Protocol prescribes. */
export function answerErrorAsText(thrown: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, body } = describe(thrown, request);
  return reply.code(status).send({ error: `${body.error.message}; ${body.error.hint}` });
}

/** An error that is answered with another status than its code's. */
export function withStatus(statusCode: number, error: PlatformError): PlatformError {
  return Object.assign(error, { statusCode });
}

export function noSuchRoute(request: FastifyRequest): never {
  throw new PlatformError(`there is no ${request.method} ${request.url}`, { code: 'notFound', hint: 'see /docs' });
}

function describe(thrown: FastifyError, request: FastifyRequest): { status: number; body: ErrorBody } {
  const { status, error } = thrown instanceof PlatformError ? refused(thrown) : refusedByFastify(thrown);
  if (status >= 500) request.log.error(thrown);
  return { status, body: { error } };
}

function refused(thrown: PlatformError & { statusCode?: number }): { status: number } & ErrorBody {
  const { code, message, hint, statusCode = STATUS[code] } = thrown;
  return { status: statusCode, error: { code, message, hint } };
}

function refusedByFastify({ statusCode = 500, code, message }: FastifyError): { status: number } & ErrorBody {
  if (statusCode < 500)
    return { status: statusCode, error: { code: 'usage', message, hint: HINTS[code] ?? 'see /docs' } };
  return { status: 500, error: { code: 'internal', message: 'the server failed', hint: 'its log says why' } };
}
