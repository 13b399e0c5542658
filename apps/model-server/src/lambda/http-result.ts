import { isUtf8 } from 'node:buffer';
import type { ErrorBody } from '../error-response.ts';

/** What API Gateway, of either kind, and function URLs take as an answer. */
interface HttpResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, number | string | string[] | undefined>>;
  readonly rawPayload: Buffer;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, "Invocation payload" */
const MAX_RESULT = 6 * 1024 * 1024;

/** An answer that is too large for Lambda becomes one of status 413, which says so. */
export function writeHttpResult(response: HttpResponse): string {
  const text = JSON.stringify(resultOf(response));
  const bytes = Buffer.byteLength(text);
  return bytes <= MAX_RESULT ? text : JSON.stringify(tooLarge(bytes));
}

function resultOf({ statusCode, headers, rawPayload }: HttpResponse): HttpResult {
  const isBase64Encoded = !isUtf8(rawPayload);
  const named = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || name === 'connection' || name === 'content-length' ? [] : [[name, String(value)] as const],
  );
  const body = rawPayload.toString(isBase64Encoded ? 'base64' : 'utf8');
  return { statusCode, headers: Object.fromEntries(named), body, isBase64Encoded };
}

function tooLarge(bytes: number): HttpResult {
  const message = `the answer has ${(bytes / 1024 / 1024).toFixed(1)} MB, Lambda takes 6`;
  const body: ErrorBody = { error: { code: 'usage', message, hint: 'send fewer rows per request' } };
  return {
    statusCode: 413,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
}
