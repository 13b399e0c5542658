import { PlatformError, suggest } from '@ml-platform/errors';
import type { PipelineDocument } from '@ml-platform/pipeline';
import { arnBeside } from '../aws/arn.ts';
import { type CreateSchedule, createSchedule } from '../aws/schedule.ts';
import type { CompiledFiles, Target } from '../target.ts';
import { definitionText, parseLake } from './limits.ts';
import { readGraph } from './read-graph.ts';
import type { StepFunctionsSettings } from './settings.ts';
import { stateMachine } from './state-machine.ts';

export const MACHINE_FILE = 'state-machine.json';
/** The request of CreateSchedule, where the pipeline has a schedule. */
export const SCHEDULE_FILE = 'schedule.json';

/**
 * AWS Step Functions: per step a job of AWS Batch or SageMaker, a task of ECS or a call of Lambda, and gates as choices
 * on the metrics that a step left in S3. The overrides of Batch and of ECS may have 8192 characters, an argument of a
 * SageMaker job 256: parameters of a run are among them. Format: Amazon States Language with JSONPath.
 */
export const stepFunctions: Target<StepFunctionsSettings> = {
  name: 'step-functions',
  title: 'AWS Step Functions',
  features: {
    params: {
      by: 'engine',
      how: "the execution's input, handed to each step as one text of up to 256 characters on SageMaker, about 8000 on Batch and ECS; or its place in S3",
    },
    gates: { by: 'engine', how: 'a choice on the metrics in S3, past the step and what follows from it' },
    loop: {
      by: 'engine',
      how: "an inline Map, a task per item: of lists up to 256 KiB and some 3000 items, which the execution's history holds; with fanOut: runner, one task that loops inside",
    },
    tune: { by: 'runner', how: 'one job that tries one after the other' },
    after: { by: 'engine', how: 'the order of states' },
    retry: { by: 'engine', how: 'Retry of the state, of each item in a Map' },
    timeout: {
      by: 'engine',
      how: 'of the job on Batch (60 s at least) and SageMaker; on ECS and Lambda (15 minutes at most) by the step runner',
    },
    cpu: {
      by: 'engine',
      how: 'VCPU of the Batch job, the smallest machine of SageMaker and size of Fargate that has it, Cpu on EC2; on Lambda what its memory gives',
    },
    memory: { by: 'engine', how: "as with cpu; on Lambda the function's own, which is to have it" },
    disk: {
      by: 'engine',
      how: 'volume of the SageMaker job, ephemeral storage on Fargate up to 200 GiB; on Batch, EC2 and Lambda what the settings say that there is',
    },
    accelerator: {
      by: 'engine',
      how: 'GPU in a queue of Batch or by a capacity provider of ECS, by type in the settings; a machine of SageMaker; none on Fargate and Lambda',
    },
    spot: {
      by: 'engine',
      how: "a spot queue of Batch, where the job starts again; FARGATE_SPOT or a capacity provider of ECS, where the step's retry does; a managed spot training job of SageMaker; none on Lambda",
    },
    uncached: { by: 'engine', how: 'an execution runs every step, in a folder of its own' },
    schedule: { by: 'engine', how: 'a schedule of EventBridge Scheduler, in its time zone' },
    labels: { by: 'engine', how: 'tags of the jobs and tasks; a call of Lambda has none' },
  },
  compile,
  readGraph: (files) => readGraph(files, MACHINE_FILE),
};

function compile(document: PipelineDocument, settings: StepFunctionsSettings): CompiledFiles {
  checkSteps(document, settings);
  parseLake(settings.lake);
  const schedule = scheduleOf(document, settings);
  return new Map([
    [MACHINE_FILE, definitionText(document, stateMachine(document, settings))],
    ...(schedule ? [[SCHEDULE_FILE, `${JSON.stringify(schedule, null, 2)}\n`] as const] : []),
  ]);
}

function checkSteps({ name, steps }: PipelineDocument, settings: StepFunctionsSettings): void {
  const names = steps.map((step) => step.name);
  const unknown = Object.keys(settings.steps ?? {}).find((step) => !names.includes(step));
  if (unknown === undefined) return;
  throw new PlatformError(
    `the settings of step-functions name step '${unknown}', which pipeline '${name}' doesn't have`,
    { code: 'config', hint: suggest(unknown, names, 'steps') },
  );
}

/** It starts the state machine of the pipeline's name, in the account of the role. */
function scheduleOf(document: PipelineDocument, { schedule }: StepFunctionsSettings): CreateSchedule | undefined {
  if (document.schedule === undefined) return undefined;
  if (schedule === undefined) {
    throw new PlatformError(
      `pipeline '${document.name}' has a schedule, and the settings of step-functions have none`,
      {
        code: 'config',
        hint: 'in targets.yaml, below step-functions: schedule: { region: eu-central-1, role: arn:aws:iam::…:role/… }',
      },
    );
  }
  const { region, role } = schedule;
  const Arn = arnBeside(role, 'states', region, `stateMachine:${document.name}`);
  return createSchedule(document, { Arn, RoleArn: role, Input: JSON.stringify({ params: {} }) });
}
