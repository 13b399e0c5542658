import type { ExecutionStatus, HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { arnBeside, ROLE_ARN } from '../../aws/arn.ts';
import { STEP_FUNCTIONS_EXAMPLE } from '../../step-functions/settings.ts';
import { fileOf } from '../../target.ts';
import { askAws, isMissing, noSuchRun } from '../aws/explain.ts';
import type { Engine, EngineContext, RunStatus, Submission, SubmittedRun } from '../engine.ts';
import { runStatus } from '../step-statuses.ts';
import { seenSteps, startedJobs } from './history.ts';
import { jobLogs } from './job-logs.ts';

const settings = z.object({
  lake: z.string(),
  submit: z.strictObject({
    /** ARN of the role that state machines have. */
    role: z.string().regex(ROLE_ARN, 'expected the ARN of a role'),
    /** Where they are; that of the machine's own settings unless given. */
    region: z.string().exactOptional(),
  }),
});

type Settings = z.infer<typeof settings>;
type Context = EngineContext<Settings>;

const STATES: Readonly<Record<ExecutionStatus, RunStatus['state']>> = {
  RUNNING: 'running',
  PENDING_REDRIVE: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'failed',
  ABORTED: 'stopped',
};

/** AWS Step Functions: a state machine of the pipeline's name; a run is the ARN of an execution. */
export const stepFunctionsEngine: Engine<Settings> = {
  settings,
  example: `${STEP_FUNCTIONS_EXAMPLE}\n  submit: { role: arn:aws:iam::123456789012:role/state-machines }`,
  lake: ({ lake }) => lake,
  submit: async (compiled, submission, context) => {
    const sfn = await open(context);
    const [file = ''] = compiled.keys();
    const machine = await put(sfn, fileOf(compiled, file), context);
    return start(sfn, machine, submission);
  },
  status: async (run, context) => {
    const sfn = await open(context);
    const { DescribeExecutionCommand } = await import('@aws-sdk/client-sfn');
    const command = new DescribeExecutionCommand({ executionArn: run });
    const { status = 'RUNNING', cause, error } = await ofRun(run, () => sfn.send(command));
    const state = STATES[status];
    const seen = seenSteps(context.document, await historyOf(sfn, run), state !== 'running');
    return runStatus(run, state, { document: context.document, seen, reason: cause ?? error });
  },
  logs: async function* (run, step, context) {
    const jobs = startedJobs(context.document, await historyOf(await open(context), run));
    for (const job of jobs.filter((one) => step === undefined || one.step === step)) {
      for await (const line of jobLogs(job, context.settings.submit.region)) yield { step: job.step, line };
    }
  },
};

async function open({ settings: { submit } }: Context): Promise<SFNClient> {
  const { SFNClient: Client } = await import('@aws-sdk/client-sfn');
  return new Client(submit.region === undefined ? {} : { region: submit.region });
}

/**
 * Makes or changes the state machine; returns what to start. Right after a change an execution may still follow the
 * definition before, unless it is of a version. Source: Step Functions API reference, UpdateStateMachine.
 */
async function put(sfn: SFNClient, definition: string, { document: { name }, settings: { submit } }: Context) {
  const { CreateStateMachineCommand, DescribeStateMachineCommand, UpdateStateMachineCommand } = await import(
    '@aws-sdk/client-sfn'
  );
  const region = await askAws('find the region', () => sfn.config.region());
  const stateMachineArn = arnBeside(submit.role, 'states', region, `stateMachine:${name}`);
  const wanted = { definition, roleArn: submit.role };
  return askAws(`put the state machine ${name}`, async () => {
    const there = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn })).catch(nothingThere);
    if (there === undefined) {
      await sfn.send(new CreateStateMachineCommand({ name, ...wanted }));
      return stateMachineArn;
    }
    if (there.definition === definition && there.roleArn === submit.role) return stateMachineArn;
    const changed = await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, ...wanted, publish: true }));
    return changed.stateMachineVersionArn ?? stateMachineArn;
  });
}

function nothingThere(thrown: unknown): undefined {
  if (!isMissing(thrown)) throw thrown;
  return undefined;
}

async function start(sfn: SFNClient, machine: string, { params, runName }: Submission): Promise<SubmittedRun> {
  const { StartExecutionCommand } = await import('@aws-sdk/client-sfn');
  const input = JSON.stringify({ params });
  const command = new StartExecutionCommand({ stateMachineArn: machine, name: runName, input });
  const { executionArn: run = '' } = await askAws('start the execution', () => sfn.send(command));
  const region = await sfn.config.region();
  const url = `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${run}`;
  return { run, url };
}

async function historyOf(sfn: SFNClient, run: string): Promise<HistoryEvent[]> {
  const { paginateGetExecutionHistory } = await import('@aws-sdk/client-sfn');
  return ofRun(run, async () => {
    const events: HistoryEvent[] = [];
    const pages = paginateGetExecutionHistory({ client: sfn }, { executionArn: run, maxResults: 1000 });
    for await (const page of pages) events.push(...(page.events ?? []));
    return events;
  });
}

function ofRun<Result>(run: string, ask: () => Promise<Result>): Promise<Result> {
  return askAws(`look at the run ${run}`, () =>
    ask().catch((thrown: unknown) => {
      throw isMissing(thrown) ? noSuchRun(run, 'Step Functions', thrown) : thrown;
    }),
  );
}
