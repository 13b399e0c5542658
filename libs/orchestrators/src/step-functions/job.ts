import { PlatformError } from '@ml-platform/errors';
import { parseMemory, type PipelineDocument, type StepDocument } from '@ml-platform/pipeline';
import { beyondLimit, type Excess } from '../limits.ts';
import { call, EXECUTION_NAME, literal } from './asl.ts';
import type { StepFunctionsSettings } from './settings.ts';

/** One run of the step runner: of a step, of one item of its loop, or of what looks whether all items are there. */
export interface Job {
  readonly document: PipelineDocument;
  /** With what this run is to have alone. */
  readonly step: StepDocument;
  readonly settings: StepFunctionsSettings;
  /** Arguments of the step runner, as an intrinsic function takes them. */
  readonly args: readonly string[];
}

/** What a job is in the words of a service that runs it. */
export interface Task {
  readonly Resource: string;
  readonly Parameters: object;
}

/** The job of a step; `more` are further arguments, as an intrinsic function takes them. */
export function jobOf(
  document: PipelineDocument,
  step: StepDocument,
  settings: StepFunctionsSettings,
  more: readonly string[] = [],
): Job {
  const store = call('Format', `'${literal(settings.lake, 'settings.lake')}/{}'`, EXECUTION_NAME);
  const words = quoted(step, ['--pipeline', settings.pipeline, '--step', step.name]);
  return { document, step, settings, args: [...words, `'--store'`, store, `'--params-json'`, '$.params', ...more] };
}

/** The whole command line of a job, where an image has no entry point. */
export function commandOf({ step, settings, args }: Job): string {
  return call('Array', ...quoted(step, settings.command), ...args);
}

function quoted({ name }: StepDocument, words: readonly string[]): string[] {
  return words.map((word) => `'${literal(word, `a word of the command of step '${name}'`)}'`);
}

/** What a value has to be for a service to take it; none is asked of what isn't there. */
export interface Rule extends Omit<Excess, 'step' | 'value'> {
  readonly value: Excess['value'] | undefined;
  readonly holds: boolean;
}

/** @throws PlatformError `config` for the first rule that doesn't hold. */
export function checkRules({ document, step }: Job, rules: readonly Rule[]): void {
  for (const { value, holds, ...limit } of rules) {
    if (value !== undefined && !holds) throw beyondLimit(document.name, { step: step.name, value, ...limit });
  }
}

/** The error of a step that asks for what settings don't give: `field` is the missing one, below `step-functions`. */
export function notInSettings({ step }: Job, asked: string, field: string): PlatformError {
  return new PlatformError(`step '${step.name}' asks for ${asked}, and the settings have no ${field}`, {
    code: 'config',
    hint: `in targets.yaml, below step-functions, give ${field}; or let the step run on another: steps: { ${step.name}: { on: … } }`,
  });
}

/**
 * Looks whether the disk that machines have by their settings is enough.
 *
 * @throws PlatformError `config` where it isn't, or where the settings don't say what it is.
 */
export function checkDisk(job: Job, field: string, has: string | undefined): void {
  const asked = job.step.resources?.disk;
  if (asked === undefined || mebibytes(asked) <= mebibytes(has ?? '')) return;
  throw notInSettings(
    job,
    `resources.disk ${asked}`,
    `${field} of that size${has === undefined ? '' : `, but ${has}`}`,
  );
}

export function mebibytes(quantity: string): number {
  return parseMemory(quantity) ?? 0;
}
