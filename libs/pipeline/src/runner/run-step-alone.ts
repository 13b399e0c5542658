import { messageOf, PlatformError } from '@ml-platform/errors';
import type { z } from 'zod';
import type { InputTypes, OutputTypes } from '../artifacts/artifact-type.ts';
import type { PlacedStep } from '../definition/define-pipeline.ts';
import type { Step, StepContext } from '../definition/define-step.ts';
import { DOCUMENT_VERSION, type PipelineDocument } from '../document/document.ts';
import { projectRoot, stepDocument } from '../document/to-document.ts';
import { outputPaths } from './layout.ts';
import { runInto } from './run-into.ts';

export interface AloneOptions<Params extends z.ZodObject, Inputs extends InputTypes> {
  /** Validated as in a run; defaults are filled in. */
  readonly params?: z.input<Params>;
  /** Absolute path per input. */
  readonly inputs?: StepContext<Step<Params, Inputs>>['inputs'];
  /** Absolute path of the folder that gets the outputs. */
  readonly folder: string;
  readonly log?: (message: string) => void;
}

/**
 * Runs a step by itself, in TypeScript or Python, as a test does: without a pipeline, parameter files or a run record.
 *
 * @returns absolute path per output.
 * @throws PlatformError `config` for wrong parameters, `step` for a step that failed or forgot an output.
 * @example
 * ```ts
 * const { rows } = await runStepAlone(ingest, { params: { source: '/data/sales.csv' }, folder: '/tmp/try' });
 * ```
 */
export async function runStepAlone<
  Params extends z.ZodObject,
  Inputs extends InputTypes,
  const Outputs extends OutputTypes,
>(
  step: Step<Params, Inputs, Outputs>,
  { params = {} as z.input<Params>, inputs, folder, log }: AloneOptions<Params, Inputs>,
): Promise<{ readonly [Name in keyof Outputs]: string }> {
  const placed: PlacedStep = {
    name: step.name,
    step: step as unknown as Step,
    sources: Object.fromEntries(Object.keys(step.inputs).map((input) => [input, []])),
    when: [],
    after: [],
    fixedParams: {},
  };
  const pipeline = { name: step.name, steps: [placed], definedIn: step.definedIn };
  const project = projectRoot(step);
  const described = stepDocument(placed, project);
  const document: PipelineDocument = { version: DOCUMENT_VERSION, name: step.name, params: {}, steps: [described] };
  const outputs = outputPaths(described, folder);
  const place = { pipeline, document, placed, described, project, store: folder };
  await runInto(outputs, place, paramsOf(step, params), { ...inputs }, log ? { log } : {});
  return outputs as { [Name in keyof Outputs]: string };
}

function paramsOf<Params extends z.ZodObject>({ name, params }: Pick<Step<Params>, 'name' | 'params'>, given: unknown) {
  const parsed = params.safeParse(given);
  if (parsed.success) return parsed.data as Record<string, unknown>;
  throw new PlatformError(`parameters of step '${name}': ${messageOf(parsed.error)}`, {
    code: 'config',
    hint: 'give what its definition declares',
  });
}
