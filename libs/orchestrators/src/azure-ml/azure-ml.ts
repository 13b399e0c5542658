import { hasParams } from '@ml-platform/pipeline';
import type { PipelineDocument, StepDocument } from '@ml-platform/pipeline';
import { parse, stringify } from 'yaml';
import { z } from 'zod';

import { type CompiledFiles, fileOf, type Graph, type Target } from '../target.ts';
import { checkStepSettings, nativeTune } from '../tuning.ts';
import { checkLimits } from './limits.ts';
import { jobSchedule } from './schedule.ts';
import type { AzureMlSettings } from './settings.ts';
import { jobNameOf, stepJob, stepNameOf, trialComponent } from './step-job.ts';
import { trialFile } from './sweep-job.ts';

const FILE = 'pipeline.yml';
const SCHEDULE = 'schedule.yml';
const PARAMS = 'params.json';

/**
 * Azure Machine Learning: a pipeline job, with a command job per step that hands on its artifacts as a folder; a schedule
 * beside it where the pipeline has one, and a component per search that Azure leads. A run's own parameters are those in the file `params.json`, by step.
 * Format: CLI (v2) YAML schemas of pipeline jobs and schedules.
 */
export const azureMl: Target<AzureMlSettings> = {
  name: 'azure-ml',
  title: 'Azure Machine Learning',
  features: {
    params: { by: 'runner', how: 'an input of the pipeline, a file of JSON by step' },
    gates: { by: 'runner', how: 'a step whose gate says no leaves a marker, and so does what follows from it' },
    loop: { by: 'runner', how: 'one job that loops inside' },
    tune: {
      by: 'runner',
      how: 'one job that tries one after the other; with form: tuning in the settings a sweep, whose outputs are those of its best trial',
    },
    after: { by: 'engine', how: "an input that is bound to the other step's artifacts" },
    retry: { by: 'runner', how: 'the step is run again inside its job' },
    timeout: {
      by: 'engine',
      how: "limits.timeout, of all runs of a step, 21 days at most, 7 on spot; in a loop the runner's, item by item",
    },
    cpu: {
      by: 'engine',
      how: 'the smallest size of serverless compute, or of the clusters in the settings, that has it',
    },
    memory: { by: 'engine', how: 'as cpu' },
    disk: { by: 'nobody', how: 'a virtual machine has the disk of its size' },
    accelerator: { by: 'engine', how: 'as cpu: T4, A100 and H100' },
    spot: { by: 'engine', how: 'job_tier of serverless compute, or a cluster of low priority' },
    uncached: {
      by: 'engine',
      how: 'is_deterministic: false; of other steps Azure reuses what the same image and inputs made',
    },
    schedule: { by: 'engine', how: 'a schedule, in its time zone; days of the week, not of the month' },
    labels: { by: 'engine', how: 'tags of the pipeline job' },
  },
  compile,
  readGraph,
};

function compile(document: PipelineDocument, settings: AzureMlSettings): CompiledFiles {
  checkStepSettings('Azure Machine Learning', document, settings.steps);
  checkLimits(document);
  const schedule = jobSchedule(document, FILE);
  return new Map([
    [FILE, toYaml(pipelineJob(document, settings))],
    ...(takesParams(document) ? [[PARAMS, '{}\n'] as const] : []),
    ...(schedule ? [[SCHEDULE, toYaml(schedule)] as const] : []),
    ...document.steps.flatMap((step) => trialComponentFile(document, step, settings)),
  ]);
}

function trialComponentFile(
  document: PipelineDocument,
  step: StepDocument,
  settings: AzureMlSettings,
): (readonly [string, string])[] {
  const tune = nativeTune(step, settings.steps);
  return tune ? [[trialFile(step.name), toYaml(trialComponent(document, step, tune, settings))]] : [];
}

function toYaml(value: object): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

function takesParams(document: PipelineDocument): boolean {
  return document.steps.some((step) => hasParams(document, step));
}

function pipelineJob(document: PipelineDocument, settings: AzureMlSettings) {
  const { name, description, labels, steps } = document;
  const { compute, datastore, identity } = settings;
  const defaults = {
    ...(compute === 'serverless' && { default_compute: 'azureml:serverless' }),
    ...(datastore && { default_datastore: `azureml:${datastore}` }),
  };
  return {
    $schema: 'https://azuremlschemas.azureedge.net/latest/pipelineJob.schema.json',
    type: 'pipeline',
    display_name: name,
    experiment_name: name,
    ...(description && { description }),
    ...(labels && { tags: labels }),
    ...(identity && { identity: { type: identity === 'user' ? 'user_identity' : 'managed' } }),
    ...(takesParams(document) && { inputs: { params: { type: 'uri_file', path: `./${PARAMS}` } } }),
    ...(Object.keys(defaults).length > 0 && { settings: defaults }),
    jobs: Object.fromEntries(steps.map((step) => [jobNameOf(step.name), stepJob(document, step, settings)])),
  };
}

const pipeline = z.object({
  jobs: z.record(
    z.string(),
    z.object({
      inputs: z.record(z.string(), z.string()),
      tags: z.object({ when: z.string().optional() }).optional(),
    }),
  ),
});

const BINDING = /^\$\{\{parent\.jobs\.(\w+)\.outputs\.artifacts\}\}$/;

function readGraph(files: CompiledFiles): Graph {
  const jobs = Object.entries(pipeline.parse(parse(fileOf(files, FILE))).jobs);
  const edges = jobs.flatMap(([job, { inputs }]) =>
    Object.values(inputs).flatMap((value) => {
      const [, before] = BINDING.exec(value) ?? [];
      return before === undefined ? [] : [[stepNameOf(before), stepNameOf(job)] as const];
    }),
  );
  return {
    steps: jobs.map(([job]) => stepNameOf(job)),
    edges,
    gated: jobs.filter(([, { tags }]) => tags?.when !== undefined).map(([job]) => stepNameOf(job)),
  };
}
