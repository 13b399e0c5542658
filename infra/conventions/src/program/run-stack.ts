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
  /** Config that stands before the file's: by key, an object as it is. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly isPreview?: boolean;
}

/** Runs the program of one stack file without an engine and without a cloud. */
export async function runStack(
  cloud: CloudProject,
  folder: string,
  stack: string,
  { config = {}, isPreview = false }: StackRun = {},
): Promise<RunResult> {
  const file = readStackFile(folder, stack);
  const over = Object.entries(config).map(([key, value]) => [
    `${file.project}:${key}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const values = { ...file.config, ...Object.fromEntries(over) };
  return runProgram(cloud.program, { ...file, config: values, standIn: cloud.standIn, isPreview });
}
