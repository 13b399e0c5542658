import { projectEnvironment, shellEnvironment } from './environment.ts';
import type { PipelineCheck } from './pipeline-check.ts';
import { type Ended, runTool } from './run-tool.ts';

/** What a check sees: the project, the machine around it, and how to ask both. */
export interface Machine {
  /** The project's folder. */
  readonly folder: string;
  /** Of the person's shell. */
  readonly env: NodeJS.ProcessEnv;
  readonly offline: boolean;
  /** Of the command that runs. */
  readonly version: string;
  /** Runs a program of the machine in the project's folder. */
  readonly run: (program: string, args: readonly string[], options?: RunOptions) => Promise<Ended>;
  /** Runs a program of the project, by the project's own Node. */
  readonly runOwn: (program: string, args: readonly string[], options?: RunOptions) => Promise<Ended>;
  /** Runs this very command. */
  readonly runSelf: (args: readonly string[], options?: RunOptions) => Promise<Ended>;
  /** What the project's own command says of its pipelines; it is run once. */
  readonly pipelines: () => Promise<PipelineCheck>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds; 10 unless given. */
  readonly patience?: number;
  /** The project's folder unless given. */
  readonly cwd?: string;
}

interface MachineOptions {
  readonly offline: boolean;
  readonly version: string;
  /** Path of the script that this command is started by. */
  readonly script: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** The machine that we run on, around a project; `checkPipelines` is called at most once. */
export function thisMachine(
  folder: string,
  { offline, version, script, env = shellEnvironment() }: MachineOptions,
  checkPipelines: (machine: Machine) => Promise<PipelineCheck>,
): Machine {
  const start =
    (base: NodeJS.ProcessEnv): Machine['run'] =>
    (program, args, { env: more = {}, patience = 10, cwd = folder } = {}) =>
      runTool({ program, args, cwd, env: { ...base, ...more }, patience });
  const run = start(env);
  let checked: Promise<PipelineCheck> | undefined;
  const machine: Machine = {
    folder,
    env,
    offline,
    version,
    run,
    runOwn: start(projectEnvironment(env, folder)),
    runSelf: (args, options) => run(process.execPath, [script, ...args], options),
    pipelines: () => {
      checked ??= checkPipelines(machine);
      return checked;
    },
  };
  return machine;
}
