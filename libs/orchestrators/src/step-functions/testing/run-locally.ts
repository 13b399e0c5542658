import { StateMachine } from 'aws-local-stepfunctions';
import { z } from 'zod';

/** What a service is asked, once an execution has filled it in. */
export interface Request {
  /** ARN of the integration. */
  readonly resource: string;
  readonly parameters: unknown;
}

interface LocalHandlers {
  /** Of the execution; `run-1` unless given. */
  readonly name?: string;
  /** Runs the words of a job's command. */
  readonly job: (command: readonly string[], request: Request) => Promise<void>;
  /** The text of an object in S3. */
  readonly object: (address: { readonly Bucket: string; readonly Key: string }) => Promise<string> | string;
}

type Input = Parameters<InstanceType<typeof StateMachine>['run']>[0];

interface Definition {
  readonly States: Readonly<Record<string, LocalState>>;
}

interface LocalState {
  readonly Resource?: string;
  readonly Branches?: readonly Definition[];
  readonly ItemProcessor?: Definition;
}

const words = z.array(z.string());
const container = { ContainerEntrypoint: words, ContainerArguments: words };
const s3 = z.object({ Bucket: z.string(), Key: z.string() });

/** The command line in a request, by the service that it goes to. */
const COMMANDS: Readonly<Record<string, z.ZodType<readonly string[]>>> = {
  'batch:submitJob.sync': z
    .object({ ContainerOverrides: z.object({ Command: words }) })
    .transform(({ ContainerOverrides }) => ContainerOverrides.Command),
  'ecs:runTask.sync': z
    .object({ Overrides: z.object({ ContainerOverrides: z.tuple([z.object({ Command: words })]) }) })
    .transform(({ Overrides }) => Overrides.ContainerOverrides[0].Command),
  'lambda:invoke': z
    .object({ Payload: z.object({ command: words }) })
    .transform(({ Payload }) => ['run-step', ...Payload.command]),
  'sagemaker:createProcessingJob.sync': z
    .object({ AppSpecification: z.object(container) })
    .transform(({ AppSpecification: of }) => [...of.ContainerEntrypoint, ...of.ContainerArguments]),
  'sagemaker:createTrainingJob.sync': z
    .object({ AlgorithmSpecification: z.object(container) })
    .transform(({ AlgorithmSpecification: of }) => [...of.ContainerEntrypoint, ...of.ContainerArguments]),
};

/** Runs a valid state machine in this process: services are the handlers. Returns what the execution puts out. */
export async function runLocally(
  text: string,
  input: Input,
  { name = 'run-1', job, object }: LocalHandlers,
): Promise<unknown> {
  const definition = JSON.parse(text) as Definition & ConstructorParameters<typeof StateMachine>[0];
  const tasks = allTasks(definition);
  const handlers = tasks.map(([task, resource]) => {
    const service = resource.replace('arn:aws:states:::', '');
    const handler = async (parameters: unknown) => {
      if (service === 'aws-sdk:s3:getObject') return { Body: await object(s3.parse(parameters)) };
      const command = COMMANDS[service]?.parse(parameters);
      if (command === undefined) throw new Error(`there is no ${service}`);
      await job(command, { resource, parameters });
      return { Status: 'done' };
    };
    return [task, handler] as const;
  });
  const execution = new StateMachine(definition, { validationOptions: { noValidate: true } }).run(input, {
    context: { Execution: { Name: name } },
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(handlers),
      retryIntervalOverrides: Object.fromEntries(tasks.map(([name]) => [name, 0])),
    },
  });
  return execution.result;
}

function allTasks({ States }: Definition): [name: string, resource: string][] {
  return Object.entries(States).flatMap(([name, { Resource, Branches = [], ItemProcessor }]): [string, string][] => [
    ...(Resource === undefined ? [] : [[name, Resource] satisfies [string, string]]),
    ...[...Branches, ...(ItemProcessor ? [ItemProcessor] : [])].flatMap(allTasks),
  ]);
}

/** `undefined` where it isn't there. */
export function optionOf(command: readonly string[], option: string): string | undefined {
  const at = command.indexOf(option);
  return at < 0 ? undefined : command[at + 1];
}
