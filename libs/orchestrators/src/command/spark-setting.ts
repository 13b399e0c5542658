import type { PipelineDocument } from '@ml-platform/pipeline';
import { z } from 'zod';
import { beyondLimit } from '../limits.ts';

/** The key in a target's section: the Spark service that its steps use, as the step runner's `--spark` names it. */
const SPARK = 'spark';
const place = z
  .string()
  .regex(
    /^(emr-serverless|glue|dataproc|synapse):\/\/./,
    'expected emr-serverless://…, glue://…, dataproc://… or synapse://…',
  );

/** Why a target has no use for a Spark service. */
const FOLDERS = 'a Spark service reads and writes an object store, and here artifacts are handed on in folders';
/** Letters of a word of a command. Source: SageMaker API reference, AppSpecification: ContainerEntrypoint. */
const LONGEST_IN_SAGEMAKER = 256;
/** Targets whose steps find their artifacts in an object store by themselves. */
const STORES = ['airflow-kubernetes', 'argo', 'sagemaker', 'step-functions', 'vertex'];

/**
 * A target's settings, with those for Spark turned into words of the command that starts the step runner.
 *
 * @throws PlatformError from the schema, as an issue of `spark`, for a target that keeps no artifacts in an object store.
 */
export function withSpark<Settings extends object>(target: string, schema: z.ZodType<Settings>): z.ZodType<Settings> {
  return z.unknown().transform((section, context) => {
    const { [SPARK]: spark, ...rest } = isMap(section) ? section : {};
    const parsed = schema.safeParse(isMap(section) ? rest : section);
    const given = z.optional(STORES.includes(target) ? place : refused).safeParse(spark);
    const issues = [...(parsed.error?.issues ?? []), ...inSpark(given.error)];
    for (const { path, message } of issues) context.addIssue({ code: 'custom', path: [...path], message });
    if (!parsed.success || !given.success) return z.NEVER;
    return given.data === undefined
      ? parsed.data
      : { ...parsed.data, command: [...commandOf(parsed.data), '--spark', given.data] };
  }) as z.ZodType<Settings>;
}

/** For a target without settings of its own: what of its section would be for Spark. */
export const noSpark = z.looseObject({ [SPARK]: z.undefined(FOLDERS).optional() });

/**
 * Looks whether the target takes the words of the command.
 *
 * @throws PlatformError `config`, naming the limit.
 */
export function checkSpark(target: string, { name }: PipelineDocument, settings: object): void {
  const word = commandOf(settings).find(({ length }) => length > LONGEST_IN_SAGEMAKER);
  if (target !== 'sagemaker' || word === undefined) return;
  throw beyondLimit(name, {
    field: `${target}.spark`,
    value: `${word.length} characters long`,
    limit: `a word of a command has at most ${LONGEST_IN_SAGEMAKER}`,
    source: 'SageMaker API reference, AppSpecification: ContainerEntrypoint',
  });
}

const refused = z.never(FOLDERS);

function inSpark(error: z.ZodError | undefined) {
  return (error?.issues ?? []).map(({ message }) => ({ path: [SPARK], message }));
}

function commandOf(settings: object): readonly string[] {
  return (settings as { command?: readonly string[] }).command ?? ['run-step'];
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
