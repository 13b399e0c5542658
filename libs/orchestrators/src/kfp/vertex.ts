import type { PipelineDocument } from '@ml-platform/pipeline';
import { stringify } from 'yaml';
import type { CompiledFiles, Target } from '../target.ts';
import { checkStepSettings, nativeTune } from '../tuning.ts';
import { PARAMS } from './channels.ts';
import { customJobContainer, isCustomJob, JOB_RESOURCES } from './custom-job.ts';
import type { Container, PipelineSpec } from './ir.ts';
import { vertexAccelerator } from './machine-types.ts';
import { pipelineSpec } from './pipeline-spec.ts';
import { PIPELINE_FILE, readKfpGraph } from './read-graph.ts';
import { resourceSpec } from './resources.ts';
import type { VertexSettings } from './settings.ts';
import { SHARED_FEATURES } from './shared-features.ts';
import { componentName, runnerArguments, type StepInterface } from './step-component.ts';
import { withTrials } from './trials-task.ts';
import { bestTrialContainer, tuningJobContainer } from './tuning-job.ts';
import { checkVertexLimits } from './vertex-limits.ts';

/**
 * Vertex AI Pipelines: a container per step; a custom job where a step asks for spot, disk or a timeout. The first file is
 * the pipeline, for its library; the others are bodies of `POST …/pipelineJobs` and `POST …/schedules`, the pipeline within.
 */
export const vertex: Target<VertexSettings> = {
  name: 'vertex',
  title: 'Vertex AI Pipelines',
  features: {
    ...SHARED_FEATURES,
    tune: {
      by: 'runner',
      how: `${SHARED_FEATURES.tune.how}; with form: tuning in the settings a hyperparameter tuning job, and a task that takes the best`,
    },
    timeout: { by: 'engine', how: 'that of a custom job; in a loop that of the runner, item by item' },
    cpu: { by: 'engine', how: 'a limit, by which Vertex AI chooses the machine; machineType of a custom job' },
    memory: { by: 'engine', how: 'a limit, by which Vertex AI chooses the machine; machineType of a custom job' },
    disk: { by: 'engine', how: 'the boot disk of a custom job, 100 GB at least' },
    accelerator: { by: 'engine', how: 'T4, V100, L4, A100 and H100, in the numbers that its machines have' },
    spot: {
      by: 'engine',
      how: 'strategy SPOT of a custom job; a run on a machine that is taken away counts as an attempt',
    },
    schedule: { by: 'engine', how: 'a schedule of Vertex AI, in its time zone, one run at a time' },
    labels: { by: 'engine', how: 'labels of the run and of its custom jobs' },
  },
  compile,
  readGraph: readKfpGraph,
};

function compile(document: PipelineDocument, settings: VertexSettings): CompiledFiles {
  checkStepSettings('Vertex AI', document, settings.steps);
  checkVertexLimits(document, settings);
  const trials = new Map<string, Container>();
  const spec = pipelineSpec(document, settings, (step) => {
    const tune = nativeTune(step.step, settings.steps);
    if (tune === undefined) return containerOf(document, step, settings);
    trials.set(step.step.name, tuningJobContainer(document, step, tune, settings));
    return bestTrialContainer(step, settings);
  });
  return filesOf(document, withTrials(withJobResources(document, spec, settings), trials), settings);
}

function filesOf(document: PipelineDocument, spec: PipelineSpec, settings: VertexSettings): CompiledFiles {
  const job = pipelineJob(document, spec, settings);
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  const files = new Map([
    [PIPELINE_FILE, stringify(spec, { lineWidth: 0, aliasDuplicateObjects: false })],
    ['pipeline-job.json', json(job)],
  ]);
  if (document.schedule) files.set('schedule.json', json(scheduleOf(document, job, settings)));
  return files;
}

function containerOf(document: PipelineDocument, step: StepInterface, settings: VertexSettings): Container {
  const accelerator = vertexAccelerator(document.name, step.step);
  if (isCustomJob(step.step)) return customJobContainer(document, step, settings);
  return {
    image: settings.images[step.step.runner.language],
    command: settings.command ?? ['run-step'],
    args: runnerArguments(step, settings),
    ...resourceSpec(step.step, accelerator),
  };
}

/** What starts a custom job leaves the job's name as well. */
function withJobResources({ steps }: PipelineDocument, spec: PipelineSpec, settings: VertexSettings): PipelineSpec {
  const started = steps.filter((step) => isCustomJob(step) && !nativeTune(step, settings.steps));
  const jobs = started.map(({ name }) => componentName(name));
  const components = Object.entries(spec.components).map(([name, component]) => {
    if (!jobs.includes(name)) return [name, component] as const;
    const { artifacts = {}, parameters = {} } = component.outputDefinitions ?? {};
    const outputs = { artifacts, parameters: { ...parameters, [JOB_RESOURCES]: { parameterType: 'STRING' } as const } };
    return [name, { ...component, outputDefinitions: outputs }] as const;
  });
  return { ...spec, components: Object.fromEntries(components) };
}

function pipelineJob({ name, labels = {} }: PipelineDocument, spec: PipelineSpec, settings: VertexSettings) {
  const { root, serviceAccount, network, encryptionKey } = settings;
  const hasParams = spec.root.inputDefinitions?.parameters?.[PARAMS] !== undefined;
  return {
    displayName: name,
    ...(Object.keys(labels).length > 0 && { labels }),
    runtimeConfig: { gcsOutputDirectory: root, ...(hasParams && { parameterValues: { [PARAMS]: {} } }) },
    ...(serviceAccount !== undefined && { serviceAccount }),
    ...(network !== undefined && { network }),
    ...(encryptionKey !== undefined && { encryptionSpec: { kmsKeyName: encryptionKey } }),
    pipelineSpec: spec,
  };
}

/** `maxConcurrentRunCount` counts requests that are being made, `maxConcurrentActiveRunCount` runs that go on. */
function scheduleOf({ name, schedule }: PipelineDocument, job: object, { project, location }: VertexSettings) {
  return {
    displayName: name,
    cron: `TZ=${schedule?.timezone} ${schedule?.cron}`,
    maxConcurrentRunCount: '1',
    maxConcurrentActiveRunCount: '1',
    createPipelineJobRequest: { parent: `projects/${project}/locations/${location}`, pipelineJob: job },
  };
}
