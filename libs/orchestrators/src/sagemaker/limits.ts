import type { PipelineDocument, StepDocument } from '@ml-platform/pipeline';
import { type Excess, beyondLimit } from '../limits.ts';
import { timeoutOfAllRuns } from '../timeout.ts';
import type { JobForm } from '../aws/machines.ts';

/** SageMaker API reference, AlgorithmSpecification: MetricDefinitions; what is beyond it isn't shown natively. */
export const METRICS = { count: 40, name: 255, regex: 500 } as const;

/** Characters. SageMaker API reference, PipelineExecutionStep: StepName. */
export const STEP_NAME_LENGTH = 64;

/** The same in a processing job's AppSpecification and a training job's AlgorithmSpecification. */
const ARGUMENTS = {
  count: 100,
  length: 256,
  source: 'SageMaker API reference, AppSpecification and AlgorithmSpecification',
} as const;
/** Characters of an execution's id, and of the slash before it. */
const EXECUTION_ID_LENGTH = 40;
const RUN_TIMES: Readonly<Record<JobForm, Omit<Excess, 'step' | 'field' | 'value'> & { readonly seconds: number }>> = {
  processing: {
    seconds: 777_600,
    limit: 'a processing job of SageMaker runs for at most 9 days',
    source: 'SageMaker API reference, ProcessingStoppingCondition',
  },
  training: {
    seconds: 2_419_200,
    limit: 'a training job of SageMaker runs for at most 28 days',
    source: 'SageMaker API reference, StoppingCondition',
  },
};
const DEFINITION_LENGTH = 1_048_576;
const PIPELINE_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}$/;

/** @throws PlatformError `config` for a name that SageMaker doesn't take. */
export function checkName({ name }: PipelineDocument): void {
  if (PIPELINE_NAME.test(name)) return;
  throw beyondLimit(name, {
    field: 'name',
    value: `'${name}'`,
    limit: 'SageMaker takes 1 to 256 letters, digits and hyphens, the last no hyphen',
    source: 'SageMaker API reference, CreatePipeline',
  });
}

/** @throws PlatformError `config` for a step that may run longer than SageMaker lets a job run. */
export function checkRunTime({ name }: PipelineDocument, step: StepDocument, job: JobForm): void {
  const { seconds, limit, source } = RUN_TIMES[job];
  if ((timeoutOfAllRuns(step) ?? 0) <= seconds) return;
  throw beyondLimit(name, { step: step.name, field: 'timeout', value: step.timeout ?? '', limit, source });
}

/** @throws PlatformError `config` for what a container's command line has no room for. */
export function checkArguments({ name }: PipelineDocument, step: StepDocument, args: readonly unknown[]): void {
  const refuse = (field: string, value: string | number, limit: string) =>
    beyondLimit(name, { step: step.name, field, value, limit, source: ARGUMENTS.source });
  if (args.length > ARGUMENTS.count)
    throw refuse('arguments of its container', args.length, `SageMaker takes at most ${ARGUMENTS.count}`);
  const long = args.map(lengthOf).find((length) => length > ARGUMENTS.length);
  if (long !== undefined)
    throw refuse(
      'characters of an argument',
      long,
      `SageMaker takes at most ${ARGUMENTS.length}; shorten lake or path`,
    );
}

/** Of a store, with an execution's id. */
function lengthOf(argument: unknown): number {
  if (typeof argument === 'string') return argument.length;
  const { 'Std:Join': join } = argument as { 'Std:Join'?: { Values: readonly unknown[] } };
  return join ? String(join.Values[0]).length + EXECUTION_ID_LENGTH : 0;
}

/**
 * The text of a definition: readable, as long as it fits.
 *
 * @throws PlatformError `config` for a definition that SageMaker wouldn't take.
 */
export function definitionText({ name }: PipelineDocument, definition: object): string {
  const readable = `${JSON.stringify(definition, null, 2)}\n`;
  const text = readable.length <= DEFINITION_LENGTH ? readable : JSON.stringify(definition);
  if (text.length <= DEFINITION_LENGTH) return text;
  throw beyondLimit(name, {
    field: 'characters of its definition',
    value: text.length,
    limit: `SageMaker takes at most ${DEFINITION_LENGTH}`,
    source: 'SageMaker API reference, CreatePipeline',
  });
}
