import { posix } from 'node:path';
import { type PipelineDocument, type StepDocument, upstream } from '@ml-platform/pipeline';
import { describeCondition, hasParams } from '../graph.ts';
import { shellWord } from '../shell-word.ts';
import { retryArguments, timeoutOfAllRuns } from '../timeout.ts';
import { computeOf } from './compute.ts';
import type { AzureMlSettings } from './settings.ts';

/** The longest value of a tag. */
const TAG_LENGTH = 1000;
const FOLDER = { type: 'uri_folder' } as const;

/** Azure takes `_` where a step's name has `-`, and a step's name has no `_`: it reads back. */
export function jobNameOf(step: string): string {
  return step.replaceAll('-', '_');
}

export function stepNameOf(job: string): string {
  return job.replaceAll('_', '-');
}

/** The input by which a job gets all that an earlier step left; never `params`. */
function inputOf(step: string): string {
  return `from_${jobNameOf(step)}`;
}

/** A command job: the step runner, with a folder per step that it follows, and one for all that it leaves. */
export function stepJob(document: PipelineDocument, step: StepDocument, settings: AzureMlSettings) {
  const { name, description, when = [] } = step;
  const timeout = timeoutOfAllRuns(step);
  const conditions = when.map(describeCondition).join(' and ');
  return {
    type: 'command',
    display_name: name,
    ...(description && { description }),
    ...(conditions && { tags: { when: conditions.slice(0, TAG_LENGTH) } }),
    ...work(document, step, settings),
    inputs: Object.fromEntries([
      ...(hasParams(document, step) ? [['params', `\${{parent.inputs.params}}`]] : []),
      ...upstream(step).map((before) => [inputOf(before), `\${{parent.jobs.${jobNameOf(before)}.outputs.artifacts}}`]),
    ]),
    // Uploaded when the job ends: the runner leaves all of it at once.
    outputs: { artifacts: { ...FOLDER, mode: 'upload' } },
    ...computeOf(document, step, settings),
    ...(timeout !== undefined && { limits: { timeout } }),
  };
}

/** Only a component, with the types of what goes in and out, can say that it runs each time. */
function work(document: PipelineDocument, step: StepDocument, settings: AzureMlSettings) {
  const image = settings.images[step.runner.language];
  const code = {
    command: command(document, step, settings),
    environment: image.startsWith('azureml:') ? image : { image },
  };
  if (step.cache !== false) return code;
  const params = hasParams(document, step) && { params: { type: 'uri_file' } };
  const inputs = { ...params, ...Object.fromEntries(upstream(step).map((before) => [inputOf(before), FOLDER])) };
  return {
    component: { type: 'command', is_deterministic: false, ...code, inputs, outputs: { artifacts: FOLDER } },
  };
}

/**
 * A line of shell. Azure puts an input's value into it as it is, so what can have any letter, the parameters, comes as a
 * file: only paths of Azure's own get there.
 */
function command(document: PipelineDocument, step: StepDocument, settings: AzureMlSettings): string {
  const { command: runner = ['run-step'], workspace, pipeline } = settings;
  return [
    ...runner.map(shellWord),
    '--pipeline',
    shellWord(posix.join(workspace, pipeline)),
    '--step',
    step.name,
    ...retryArguments(step),
    ...(hasParams(document, step) ? ['--params-json', `"$(cat "\${{inputs.params}}")"`] : []),
    ...upstream(step).flatMap((before) => ['--input', `"${before}=\${{inputs.${inputOf(before)}}}"`]),
    '--output',
    `"${step.name}=\${{outputs.artifacts}}"`,
  ].join(' ');
}
