import type { PipelineDocument } from '@ml-platform/pipeline';
import { compile } from '../../target.ts';
import { documentOf } from '../../testing/documents.ts';
import type { StepFunctionsSettings } from '../settings.ts';
import { MACHINE_FILE, stepFunctions } from '../step-functions.ts';
import { SETTINGS } from './settings.ts';

type Step = PipelineDocument['steps'][number];

/** A pipeline of one step with these fields. */
export function alone(fields: Partial<Step> = {}, rest: Partial<PipelineDocument> = {}): PipelineDocument {
  const document = documentOf([{ reads: [], after: [], gates: [] }]);
  return { ...document, ...rest, steps: document.steps.map((step) => ({ ...step, ...fields })) };
}

/** A step that leaves a list, and one with these fields that loops over it. */
export function looping(fields: Partial<Step> = {}): PipelineDocument {
  const list = { name: 'list', outputs: { items: { kind: 'json', path: 'items.json' } } };
  const loop = { name: 'loop', forEach: { param: 'item', from: { step: 'list', output: 'items' } }, ...fields };
  const document = alone();
  const steps = [list, loop].flatMap((more) => document.steps.map((step): Step => ({ ...step, ...more })));
  return { ...document, steps };
}

export function textOf(document: PipelineDocument, settings: StepFunctionsSettings = SETTINGS): string {
  return compile(stepFunctions, document, settings).get(MACHINE_FILE) ?? '';
}

type ReadState = Readonly<Record<string, unknown>>;

export function statesOf(
  document: PipelineDocument,
  settings?: StepFunctionsSettings,
): Readonly<Record<string, ReadState | undefined>> {
  return (JSON.parse(textOf(document, settings)) as { States: Record<string, ReadState> }).States;
}

/** The state of the only step. */
export function stateOf(
  fields: Partial<Step>,
  settings?: StepFunctionsSettings,
  rest?: Partial<PipelineDocument>,
): ReadState | undefined {
  return statesOf(alone(fields, rest), settings)['step-0'];
}
