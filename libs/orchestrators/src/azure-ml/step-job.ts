import { posix } from 'node:path';
import { type PipelineDocument, type StepDocument, upstream, hasParams } from '@ml-platform/pipeline';
import { describeCondition } from '../graph.ts';
import { shellWord } from '../shell-word.ts';
import { retryArguments, timeoutOfAllRuns } from '../timeout.ts';
import { nativeTune, type Tune } from '../tuning.ts';
import { computeOf } from './compute.ts';
import type { AzureMlSettings } from './settings.ts';
import { sweepFields, trialArguments, trialInputs } from './sweep-job.ts';

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

/**
 * A command job: the step runner, with a folder per step that it follows, and one for all that it leaves; a sweep where
 * Azure leads the step's search.
 */
export function stepJob(document: PipelineDocument, step: StepDocument, settings: AzureMlSettings) {
  const { name, description, when = [] } = step;
  const conditions = when.map(describeCondition).join(' and ');
  const tune = nativeTune(step, settings.steps);
  return {
    type: tune ? 'sweep' : 'command',
    display_name: name,
    ...(description && { description }),
    ...(conditions && { tags: { when: conditions.slice(0, TAG_LENGTH) } }),
    ...(tune ? sweepFields(document, step, tune, settings) : commandFields(document, step, settings)),
    inputs: Object.fromEntries([
      ...(hasParams(document, step) ? [['params', `\${{parent.inputs.params}}`]] : []),
      ...upstream(step).map((before) => [inputOf(before), `\${{parent.jobs.${jobNameOf(before)}.outputs.artifacts}}`]),
    ]),
    // Uploaded when the job ends: the runner leaves all of it at once.
    outputs: { artifacts: { ...FOLDER, mode: 'upload' } },
    ...computeOf(document, step, settings),
  };
}

/** Only a component, with the types of what goes in and out, can say that it runs each time. */
function commandFields(document: PipelineDocument, step: StepDocument, settings: AzureMlSettings) {
  const timeout = timeoutOfAllRuns(step);
  return {
    ...(step.cache === false ? { component: component(document, step, settings) } : code(document, step, settings)),
    ...(timeout !== undefined && { limits: { timeout } }),
  };
}

/** The component that a sweep runs as its trials: it takes the searched parameters as well. */
export function trialComponent(document: PipelineDocument, step: StepDocument, tune: Tune, settings: AzureMlSettings) {
  return {
    $schema: 'https://azuremlschemas.azureedge.net/latest/commandComponent.schema.json',
    name: `${jobNameOf(step.name)}_trial`,
    ...component(document, step, settings, tune),
  };
}

function component(document: PipelineDocument, step: StepDocument, settings: AzureMlSettings, tune?: Tune) {
  return {
    type: 'command',
    ...(step.cache === false && { is_deterministic: false }),
    ...code(document, step, settings, tune && trialArguments(tune)),
    inputs: {
      ...(hasParams(document, step) && { params: { type: 'uri_file' } }),
      ...Object.fromEntries(upstream(step).map((before) => [inputOf(before), FOLDER])),
      ...(tune && trialInputs(tune)),
    },
    outputs: { artifacts: FOLDER },
  };
}

function code(document: PipelineDocument, step: StepDocument, settings: AzureMlSettings, more: readonly string[] = []) {
  const image = settings.images[step.runner.language];
  return {
    command: [command(document, step, settings), ...more].join(' '),
    environment: image.startsWith('azureml:') ? image : { image },
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
