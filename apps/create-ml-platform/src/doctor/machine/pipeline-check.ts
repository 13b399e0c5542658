import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage } from './error-message.ts';
import type { Machine } from './machine.ts';

/** A pipeline as `npx platform check --json` tells of it. */
export interface CheckedPipeline {
  readonly file: string;
  readonly name?: string;
  readonly steps: number;
  readonly languages: readonly string[];
  readonly frameworks: readonly string[];
  readonly targets: readonly string[];
  readonly stores: readonly string[];
  readonly problems: readonly { readonly message: string; readonly hint: string }[];
}

export type PipelineCheck =
  | { readonly done: true; readonly pipelines: readonly CheckedPipeline[] }
  | { readonly done: false; readonly why: string };

export interface AskedStore {
  readonly store: string;
  readonly problem?: { readonly message: string; readonly hint: string };
}

const COMMAND = 'apps/platform/bin/platform.mjs';
/** Seconds that the project's command may take: it runs every definition once, then keeps what it says. */
export const PATIENCE = 60;

/** Has the project's own command look at its pipelines. */
export async function checkPipelines(machine: Machine): Promise<PipelineCheck> {
  const answer = await askProject<{ pipelines: CheckedPipeline[] }>(machine, []);
  return 'why' in answer ? { done: false, why: answer.why } : { done: true, pipelines: answer.said.pipelines };
}

/** Has the project's own command ask the stores that its targets name, and some more. */
export async function askStores(machine: Machine, more: readonly string[]): Promise<readonly AskedStore[] | string> {
  const answer = await askProject<{ stores: AskedStore[] }>(machine, ['--stores', ...more]);
  return 'why' in answer ? answer.why : answer.said.stores;
}

async function askProject<Said>(machine: Machine, args: readonly string[]): Promise<{ said: Said } | { why: string }> {
  const { folder, runOwn } = machine;
  if (!existsSync(join(folder, COMMAND))) return { why: `there is no ${COMMAND}` };
  if (!existsSync(join(folder, 'node_modules'))) return { why: 'the packages are not installed' };
  const { exit, stdout, stderr } = await runOwn('node', [COMMAND, 'check', '--json', ...args], { patience: PATIENCE });
  try {
    return { said: JSON.parse(stdout) };
  } catch {
    // An older template's command doesn't know this one.
    const why = exit === 'late' ? `npx platform check took over ${PATIENCE} s` : errorMessage(stderr);
    return { why: why ?? `npx platform check ended with ${exit}` };
  }
}
