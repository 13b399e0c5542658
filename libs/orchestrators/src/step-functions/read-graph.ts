import { z } from 'zod';
import { type CompiledFiles, fileOf, type Graph } from '../target.ts';
import { BATCH_JOB } from './batch-job.ts';
import { ECS_TASK } from './ecs-task.ts';
import { LAMBDA_CALL } from './lambda-call.ts';
import { SAGEMAKER_JOBS } from './sagemaker-job.ts';

const RESOURCES: readonly (string | undefined)[] = [BATCH_JOB, ECS_TASK, LAMBDA_CALL, ...Object.values(SAGEMAKER_JOBS)];

const stateSchema = z.object({
  Resource: z.string().optional(),
  Comment: z.string().optional(),
  Next: z.string().optional(),
  Choices: z.array(z.object({ And: z.array(z.record(z.string(), z.json())).default([]), Next: z.string() })).optional(),
  get Branches() {
    return z.array(z.object({ States: z.record(z.string(), stateSchema) })).optional();
  },
});

type State = z.infer<typeof stateSchema>;

/**
 * A step is the state of its job; those within a Map are of its items. The order of states holds more than the edges,
 * so those are read from the jobs' `Comment`: `after a, b`. Gated is the job that a choice by a number leads to.
 */
export function readGraph(files: CompiledFiles, file: string): Graph {
  const { States } = z.object({ States: z.record(z.string(), stateSchema) }).parse(JSON.parse(fileOf(files, file)));
  const states = new Map(allStates(States));
  const jobs = [...states].filter(([, state]) => isJob(state));
  return {
    steps: jobs.map(([name]) => name),
    edges: jobs.flatMap(([name, { Comment = '' }]) =>
      Comment.replace(/^after /, '')
        .split(', ')
        .filter(Boolean)
        .map((before) => [before, name] as const),
    ),
    gated: [...states.values()].flatMap(({ Choices = [] }) =>
      Choices.filter(({ And }) => And.some(isNumeric)).map(({ Next }) => jobFrom(Next, states)),
    ),
  };
}

function allStates(states: Readonly<Record<string, State>>): [string, State][] {
  return Object.entries(states).flatMap(([name, state]): [string, State][] => [
    [name, state],
    ...(state.Branches ?? []).flatMap(({ States }) => allStates(States)),
  ]);
}

function isJob({ Resource }: State): boolean {
  return RESOURCES.includes(Resource);
}

/** The first job on the way from a state. */
function jobFrom(name: string, states: ReadonlyMap<string, State>): string {
  const state = states.get(name);
  return state === undefined || state.Next === undefined || isJob(state) ? name : jobFrom(state.Next, states);
}

function isNumeric(rule: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(rule).some((key) => key.startsWith('Numeric'));
}
