import { messageOf, PlatformError } from '@ml-platform/errors';
import type { ZodType } from 'zod';

/** How a body is written, and read: both throw what is wrong with it. */
export interface BodyFormat<Body> {
  readonly encode: (body: Body) => Buffer;
  readonly decode: (bytes: Buffer) => Body;
}

/** The bytes themselves: what dead letters are read and sent back with. */
export const bytesFormat: BodyFormat<Buffer> = { encode: (body) => body, decode: (bytes) => bytes };

/** JSON, and what a schema takes. */
export function jsonFormat<Body>(uri: string, schema: ZodType<Body> | undefined): BodyFormat<Body> {
  return {
    encode: (body) => {
      const wrong = schema?.safeParse(body).error?.issues;
      const text = wrong === undefined ? JSON.stringify(body) : undefined;
      if (text !== undefined) return Buffer.from(text);
      const why = wrong === undefined ? 'JSON has no such value' : issuesOf(wrong);
      throw new PlatformError(`${uri}: can't publish this: ${why}`, {
        code: 'data',
        hint: 'send what the schema of the queue takes, and JSON can write',
      });
    },
    decode: (bytes) => {
      const body = parsed(bytes);
      const checked = schema?.safeParse(body);
      if (checked === undefined) return body as Body;
      if (checked.success) return checked.data;
      throw new Error(`the body is not what the schema takes: ${issuesOf(checked.error.issues)}`);
    },
  };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (thrown) {
    throw new Error(`the body is no JSON: ${messageOf(thrown)}`);
  }
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function issuesOf(issues: readonly Issue[]): string {
  return issues.map(({ path, message }) => [...path.map(String), message].join(': ')).join('; ');
}
