import { PlatformError } from '@ml-platform/errors';

/** What a pipeline asks for beyond what a service takes. */
export interface Excess {
  /** `undefined`: the pipeline as a whole. */
  readonly step?: string;
  /** The field of the definition, such as `resources.accelerator.type`. */
  readonly field: string;
  /** What stands there. */
  readonly value: string | number;
  /** What the service takes, as the rest of a sentence: `AWS Lambda runs a function for at most 15 minutes`. */
  readonly limit: string;
  /** Where its maker says so: `AWS Lambda developer guide, "Lambda quotas"`. */
  readonly source: string;
}

/**
 * The error of a pipeline that a service wouldn't take: step, field, limit, and who says so.
 *
 * @example
 * pipeline 'sales', step 'train': timeout is 9h; AWS Lambda runs a function for at most 15 minutes (source: AWS Lambda
 * developer guide, "Lambda quotas")
 */
export function beyondLimit(pipeline: string, { step, field, value, limit, source }: Excess): PlatformError {
  const where = `pipeline '${pipeline}'${step === undefined ? '' : `, step '${step}'`}`;
  return new PlatformError(`${where}: ${field} is ${value}; ${limit} (source: ${source})`, {
    code: 'config',
    hint: 'change the definition in src/pipeline.ts, or compile to a target that takes it',
  });
}
