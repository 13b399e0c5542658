import { StateMachine } from 'aws-local-stepfunctions';

interface LocalHandlers {
  /** Runs the words of a job's command. */
  readonly job: (command: readonly string[]) => Promise<void>;
  /** The text of an object in S3. */
  readonly object: (address: { readonly Bucket: string; readonly Key: string }) => Promise<string> | string;
}

type Input = Parameters<InstanceType<typeof StateMachine>['run']>[0];

interface Definition {
  readonly States: Readonly<Record<string, { readonly Resource?: string; readonly Branches?: readonly Definition[] }>>;
}

/** Runs a valid state machine in this process: Batch and S3 are the handlers. Returns what the execution puts out. */
export async function runLocally(text: string, input: Input, { job, object }: LocalHandlers): Promise<unknown> {
  const definition = JSON.parse(text) as Definition & ConstructorParameters<typeof StateMachine>[0];
  const tasks = allTasks(definition);
  const handlers = tasks.map(([name, resource]) => {
    const handler = async (given: unknown) => {
      if (resource.includes('getObject')) return { Body: await object(given as { Bucket: string; Key: string }) };
      await job((given as { ContainerOverrides: { Command: string[] } }).ContainerOverrides.Command);
      return { JobId: name };
    };
    return [name, handler] as const;
  });
  const execution = new StateMachine(definition, { validationOptions: { noValidate: true } }).run(input, {
    context: { Execution: { Name: 'run-1' } },
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(handlers),
      retryIntervalOverrides: Object.fromEntries(tasks.map(([name]) => [name, 0])),
    },
  });
  return execution.result;
}

function allTasks({ States }: Definition): [name: string, resource: string][] {
  return Object.entries(States).flatMap(([name, { Resource, Branches = [] }]): [string, string][] => [
    ...(Resource === undefined ? [] : [[name, Resource] satisfies [string, string]]),
    ...Branches.flatMap(allTasks),
  ]);
}

export function optionOf(command: readonly string[], option: string): string {
  return command[command.indexOf(option) + 1] ?? '';
}
