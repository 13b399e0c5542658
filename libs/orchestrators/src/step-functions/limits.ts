import { PlatformError } from '@ml-platform/errors';
import type { PipelineDocument } from '@ml-platform/pipeline';
import { beyondLimit } from '../limits.ts';

const QUOTAS = 'Step Functions developer guide, "Step Functions service quotas"';
/** Of an execution's name. */
export const EXECUTION_NAME_LENGTH = 80;
const DEFINITION_BYTES = 1024 * 1024;

/**
 * The text of a definition: readable, as long as it fits. Deeply nested branches can be indentation for the most part,
 * which counts as well.
 *
 * @throws PlatformError `config` for a definition that Step Functions wouldn't take.
 */
export function definitionText({ name }: PipelineDocument, machine: object): string {
  const readable = `${JSON.stringify(machine, null, 2)}\n`;
  const text = fits(readable) ? readable : JSON.stringify(machine);
  if (fits(text)) return text;
  throw beyondLimit(name, {
    field: 'bytes of its state machine',
    value: Buffer.byteLength(text),
    limit: `Step Functions takes at most ${DEFINITION_BYTES}`,
    source: QUOTAS,
  });
}

function fits(text: string): boolean {
  return Buffer.byteLength(text) <= DEFINITION_BYTES;
}

/** Bucket, and what stands before an execution's name in a key: nothing, or a path that ends with `/`. */
export function parseLake(lake: string): { bucket: string; prefix: string } {
  const [, bucket, path] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^'{}\\]*[^'{}\\/]))?$/.exec(lake) ?? [];
  if (bucket !== undefined) return { bucket, prefix: path === undefined ? '' : `${path}/` };
  throw new PlatformError(`settings.lake is ${JSON.stringify(lake)}, not an address in S3 without a slash at its end`, {
    code: 'config',
    hint: 'write it as s3://bucket/prefix',
  });
}
