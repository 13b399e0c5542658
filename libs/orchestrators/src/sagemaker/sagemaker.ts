import { PlatformError } from '@ml-platform/errors';
import type { PipelineDocument } from '@ml-platform/pipeline';
import { z } from 'zod';
import { arnBeside } from '../aws/arn.ts';
import { type CreateSchedule, createSchedule } from '../aws/schedule.ts';
import { tagsOf } from '../aws/tags.ts';
import { type CompiledFiles, fileOf, type Graph, type Target } from '../target.ts';
import { checkStepSettings } from '../tuning.ts';
import { type Definition, EXECUTION_ID, oneLine, PARAMS, PIPELINE_NAME } from './definition.ts';
import { gated } from './gates.ts';
import { jobSteps } from './job.ts';
import { checkName, definitionText } from './limits.ts';
import type { SageMakerSettings } from './settings.ts';
import { stepNameOf } from './tuning-job.ts';

export const DEFINITION_FILE = 'pipeline.json';
/** The request of CreatePipeline, less the definition and the token. */
export const REQUEST_FILE = 'pipeline-request.json';
/** The request of CreateSchedule, where the pipeline has a schedule. */
export const SCHEDULE_FILE = 'schedule.json';

/** SageMaker API reference, CreatePipeline: PipelineDescription. */
const DESCRIPTION_LENGTH = 3072;

/**
 * Amazon SageMaker Pipelines: a processing or training job per step, gates as condition steps on the metrics in the
 * lake. Artifacts are handed on by the step runner, in the lake, in a folder of the execution's id.
 */
export const sageMaker: Target<SageMakerSettings> = {
  name: 'sagemaker',
  title: 'Amazon SageMaker Pipelines',
  features: {
    params: { by: 'engine', how: 'one parameter of the pipeline: JSON by step of up to 256 characters, or its place' },
    gates: { by: 'engine', how: 'condition steps on the metrics in the lake' },
    loop: { by: 'runner', how: 'one job that loops inside' },
    tune: {
      by: 'runner',
      how: 'one job that tries one after the other; with form: tuning in the settings a tuning job, and one that takes the best',
    },
    after: { by: 'engine', how: 'DependsOn' },
    retry: {
      by: 'engine',
      how: "RetryPolicies on errors of the service and its machines; the step's own are run again inside the job",
    },
    timeout: { by: 'engine', how: 'MaxRuntimeInSeconds, a day where none is given; in a loop also item by item' },
    cpu: { by: 'engine', how: 'the smallest machine that has it all' },
    memory: { by: 'engine', how: 'the smallest machine that has it all' },
    disk: { by: 'engine', how: 'VolumeSizeInGB, or a machine whose own disk has it' },
    accelerator: { by: 'engine', how: 'the smallest machine that has them' },
    spot: { by: 'engine', how: 'a managed spot training job, with a place for checkpoints' },
    uncached: { by: 'engine', how: 'an execution runs every step, in a folder of its own; nothing is cached' },
    schedule: { by: 'engine', how: 'a schedule of EventBridge Scheduler, in its time zone' },
    labels: { by: 'engine', how: 'tags of the pipeline and its jobs' },
  },
  compile,
  readGraph,
};

function compile(document: PipelineDocument, settings: SageMakerSettings): CompiledFiles {
  checkName(document);
  checkStepSettings('SageMaker', document, settings.steps);
  const compiled = document.steps.map((step) => ({ step, jobs: jobSteps(document, step, settings) }));
  const definition: Definition = {
    Version: '2020-12-01',
    Metadata: {},
    Parameters: [{ Name: PARAMS, Type: 'String', DefaultValue: '{}' }],
    PipelineExperimentConfig: { ExperimentName: PIPELINE_NAME, TrialName: EXECUTION_ID },
    Steps: gated(document, compiled, settings.lake),
  };
  const files: [string, object | undefined][] = [
    [REQUEST_FILE, request(document, settings)],
    [SCHEDULE_FILE, schedule(document, settings)],
  ];
  return new Map([
    [DEFINITION_FILE, definitionText(document, definition)],
    ...files.flatMap(([path, content]): [string, string][] =>
      content ? [[path, `${JSON.stringify(content, null, 2)}\n`]] : [],
    ),
  ]);
}

function request(document: PipelineDocument, { role, parallelism }: SageMakerSettings) {
  const tags = tagsOf(document);
  return {
    PipelineName: document.name,
    ...(document.description && { PipelineDescription: oneLine(document.description, DESCRIPTION_LENGTH) }),
    RoleArn: role,
    ...(tags.length > 0 && { Tags: tags }),
    ...(parallelism !== undefined && { ParallelismConfiguration: { MaxParallelExecutionSteps: parallelism } }),
  };
}

function schedule(document: PipelineDocument, settings: SageMakerSettings): CreateSchedule | undefined {
  if (document.schedule === undefined) return undefined;
  if (settings.schedule === undefined) {
    throw new PlatformError(`pipeline '${document.name}' has a schedule, and the settings of SageMaker have none`, {
      code: 'config',
      hint: 'in targets.yaml, below sagemaker: schedule: { region: eu-central-1, role: arn:aws:iam::…:role/… }',
    });
  }
  const { region, role } = settings.schedule;
  const Arn = arnBeside(settings.role, 'sagemaker', region, `pipeline/${document.name}`);
  return createSchedule(document, { Arn, RoleArn: role });
}

const read = z.object({ Name: z.string(), Type: z.string(), DependsOn: z.array(z.string()).default([]) });
const readStep = read.extend({ Arguments: z.object({ IfSteps: z.array(read).default([]) }) });

function readGraph(files: CompiledFiles): Graph {
  const { Steps } = z.object({ Steps: z.array(readStep) }).parse(JSON.parse(fileOf(files, DEFINITION_FILE)));
  const behindGates = Steps.flatMap(({ Arguments }) => Arguments.IfSteps);
  const jobs = [...Steps.filter(({ Type }) => Type !== 'Condition'), ...behindGates];
  const waits = jobs.flatMap(({ Name, DependsOn }) => DependsOn.map((before) => [before, Name] as const));
  // A search that SageMaker leads is two steps of a definition.
  const edges = waits.map(([before, after]) => [stepNameOf(before), stepNameOf(after)] as const);
  return {
    steps: [...new Set(jobs.map(({ Name }) => stepNameOf(Name)))],
    edges: edges.filter(([before, after]) => before !== after),
    gated: [...new Set(behindGates.map(({ Name }) => stepNameOf(Name)))],
  };
}
