import type {
  CreatePipelineCommandInput,
  PipelineExecutionStatus,
  PipelineExecutionStep,
  SageMakerClient,
  StepStatus as SageMakerStepStatus,
} from '@aws-sdk/client-sagemaker';
import { z } from 'zod';
import { PARAMS } from '../../sagemaker/definition.ts';
import { DEFINITION_FILE, REQUEST_FILE } from '../../sagemaker/sagemaker.ts';
import { SAGEMAKER_EXAMPLE } from '../../sagemaker/settings.ts';
import { stepNameOf } from '../../sagemaker/tuning-job.ts';
import { type CompiledFiles, fileOf } from '../../target.ts';
import { askAws, isMissing, noSuchRun } from '../aws/explain.ts';
import { logLines } from '../aws/log-lines.ts';
import { sageMakerStreams } from '../aws/sagemaker-logs.ts';
import type { Engine, EngineContext, RunStatus, StepState, Submission } from '../engine.ts';
import { putParams } from '../put-params.ts';
import { runStatus, type Seen, seenWithTrials } from '../step-statuses.ts';

const settings = z.object({
  lake: z.string(),
  submit: z
    .strictObject({
      /** Where pipelines are; that of the machine's own settings unless given. */
      region: z.string().exactOptional(),
    })
    .default({}),
});

type Settings = z.infer<typeof settings>;
type Context = EngineContext<Settings>;

/** Characters of an argument of a container. Source: SageMaker API reference, AppSpecification: ContainerArguments. */
const LONGEST_ARGUMENT = 256;

const RUN_STATES: Readonly<Record<PipelineExecutionStatus, RunStatus['state']>> = {
  Executing: 'running',
  Stopping: 'running',
  Stopped: 'stopped',
  Failed: 'failed',
  Succeeded: 'succeeded',
};

const STEP_STATES: Readonly<Record<SageMakerStepStatus, StepState>> = {
  Starting: 'running',
  Executing: 'running',
  Stopping: 'running',
  Stopped: 'failed',
  Failed: 'failed',
  Succeeded: 'succeeded',
};

/** Amazon SageMaker Pipelines: the pipeline of that name; a run is the ARN of an execution. */
export const sageMakerEngine: Engine<Settings> = {
  settings,
  example: SAGEMAKER_EXAMPLE,
  lake: ({ lake }) => lake,
  submit: async (compiled, submission, context) => {
    const sageMaker = await open(context);
    await put(sageMaker, compiled);
    return start(sageMaker, submission, context);
  },
  status: async (run, context) => {
    const { DescribePipelineExecutionCommand } = await import('@aws-sdk/client-sagemaker');
    const sageMaker = await open(context);
    const command = new DescribePipelineExecutionCommand({ PipelineExecutionArn: run });
    const { PipelineExecutionStatus: status = 'Executing', FailureReason: reason } = await ofRun(run, () =>
      sageMaker.send(command),
    );
    const steps = await stepsOf(sageMaker, run);
    const tasks = steps.map((step) => [step.StepName ?? '', seenStep(step)] as const);
    const seen = seenWithTrials(tasks, stepNameOf);
    return runStatus(run, RUN_STATES[status], { document: context.document, seen, reason });
  },
  logs: async function* (run, step, context) {
    const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs');
    const { region } = context.settings.submit;
    const logs = new CloudWatchLogsClient(region === undefined ? {} : { region });
    const names = context.document.steps.map(({ name }) => name).filter((name) => step === undefined || name === step);
    for (const { StepName = '', Metadata } of await stepsOf(await open(context), run)) {
      const name = stepNameOf(StepName);
      if (!names.includes(name)) continue;
      for (const stream of await sageMakerStreams(logs, Metadata)) {
        for await (const line of logLines(logs, stream)) yield { step: name, line };
      }
    }
  },
};

async function open({ settings: { submit } }: Context): Promise<SageMakerClient> {
  const { SageMakerClient: Client } = await import('@aws-sdk/client-sagemaker');
  return new Client(submit.region === undefined ? {} : { region: submit.region });
}

/** Tags are those that the pipeline was made with. */
async function put(sageMaker: SageMakerClient, compiled: CompiledFiles): Promise<void> {
  const { CreatePipelineCommand, UpdatePipelineCommand } = await import('@aws-sdk/client-sagemaker');
  const request = {
    ...(JSON.parse(fileOf(compiled, REQUEST_FILE)) as Omit<CreatePipelineCommandInput, 'ClientRequestToken'>),
    PipelineDefinition: fileOf(compiled, DEFINITION_FILE),
  };
  const { Tags: _, ...changed } = request;
  await askAws(`put the pipeline ${request.PipelineName}`, async () => {
    try {
      await sageMaker.send(new UpdatePipelineCommand(changed));
    } catch (thrown) {
      if (!isMissing(thrown)) throw thrown;
      await sageMaker.send(new CreatePipelineCommand({ ...request, ClientRequestToken: token() }));
    }
  });
}

async function start(sageMaker: SageMakerClient, { params, runName }: Submission, { document, settings }: Context) {
  const { StartPipelineExecutionCommand } = await import('@aws-sdk/client-sagemaker');
  const text = JSON.stringify(params);
  const Value = text.length <= LONGEST_ARGUMENT ? text : await putParams(text, settings.lake);
  const command = new StartPipelineExecutionCommand({
    PipelineName: document.name,
    PipelineExecutionDisplayName: runName,
    PipelineParameters: [{ Name: PARAMS, Value }],
    ClientRequestToken: token(),
  });
  const { PipelineExecutionArn: run = '' } = await askAws('start the execution', () => sageMaker.send(command));
  return { run };
}

/** 32 to 128 characters; the same one twice does what it says once. */
function token(): string {
  return crypto.randomUUID();
}

async function stepsOf(sageMaker: SageMakerClient, run: string): Promise<PipelineExecutionStep[]> {
  const { paginateListPipelineExecutionSteps } = await import('@aws-sdk/client-sagemaker');
  return ofRun(run, async () => {
    const steps: PipelineExecutionStep[] = [];
    const pages = paginateListPipelineExecutionSteps({ client: sageMaker }, { PipelineExecutionArn: run });
    for await (const page of pages) steps.push(...(page.PipelineExecutionSteps ?? []));
    return steps;
  });
}

function seenStep({ StepStatus = 'Starting', FailureReason, StartTime, EndTime }: PipelineExecutionStep): Seen {
  return { state: STEP_STATES[StepStatus], reason: FailureReason, startedAt: StartTime, endedAt: EndTime };
}

function ofRun<Result>(run: string, ask: () => Promise<Result>): Promise<Result> {
  return askAws(`look at the run ${run}`, () =>
    ask().catch((thrown: unknown) => {
      throw isMissing(thrown) ? noSuchRun(run, 'SageMaker', thrown) : thrown;
    }),
  );
}
