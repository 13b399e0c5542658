import type { WrittenConfig } from '../config/read-stack-config.ts';
import { type Program, type RunResult, runProgram, type StandIn } from './run-program.ts';
import { readStackFile } from './stack-file.ts';

/** What a cloud's project gives to whoever looks at its stacks without an engine. */
export interface CloudProject {
  readonly config: WrittenConfig;
  readonly program: Program;
  readonly standIn: StandIn;
}

export interface StackRun {
  /** Config that stands before the file's: by key, an object as it is, undefined for what is to be missing. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What the stack said after its last update, such as its release. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly isPreview?: boolean;
}

/** Runs the program of one stack file without an engine and without a cloud. */
export async function runStack(
  cloud: CloudProject,
  folder: string,
  stack: string,
  { config = {}, outputs = {}, isPreview = false }: StackRun = {},
): Promise<RunResult> {
  const file = readStackFile(folder, stack);
  const values: Record<string, string> = { ...file.config };
  for (const [key, value] of Object.entries(config)) {
    const name = `${file.project}:${key}`;
    if (value === undefined) delete values[name];
    else values[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return runProgram(cloud.program, { ...file, config: values, standIn: cloud.standIn, outputs, isPreview });
}
