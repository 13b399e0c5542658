import type { PipelineDocument } from '@ml-platform/pipeline';
import { z } from 'zod';
import { type CompiledFiles, fileOf, type Graph, type Target } from '../target.ts';
import { BATCH_JOB } from './batch-job.ts';
import { checkLimits, checkSize, fits, parseLake } from './limits.ts';
import type { StepFunctionsSettings } from './settings.ts';
import { stateMachine } from './state-machine.ts';

const FILE = 'state-machine.json';

/**
 * AWS Step Functions: a job of AWS Batch per step, gates as choices on the metrics that a step left in S3.
 * A Batch job's overrides may have 8192 characters, its parameters among them.
 * Format: Amazon States Language with JSONPath.
 */
export const stepFunctions: Target<StepFunctionsSettings> = {
  name: 'step-functions',
  title: 'AWS Step Functions',
  features: {
    params: { by: 'engine', how: "the execution's input, handed to each step as one text" },
    gates: { by: 'engine', how: 'a choice on the metrics in S3, past the step and what follows from it' },
    loop: { by: 'runner', how: 'one job that loops inside' },
    after: { by: 'engine', how: 'the order of states' },
    retry: { by: 'engine', how: 'Retry of the state' },
    timeout: {
      by: 'engine',
      how: 'the timeout of the Batch job, 60 s at least; of a loop, the runner stops each item',
    },
    cpu: { by: 'engine', how: 'VCPU of the Batch job' },
    memory: { by: 'engine', how: 'MEMORY of the Batch job' },
    disk: { by: 'nobody', how: 'a Batch job gets the disk of its job definition' },
    accelerator: { by: 'engine', how: "GPU of the Batch job, in the queue of the accelerator's type" },
    spot: { by: 'engine', how: 'the queue of machines that can be taken away; the job starts again when one is' },
    uncached: { by: 'engine', how: 'an execution runs every step, in a folder of its own' },
    schedule: { by: 'nobody', how: 'a state machine starts nothing by itself; a schedule of EventBridge can start it' },
    labels: { by: 'engine', how: 'tags of the Batch jobs' },
  },
  compile,
  readGraph,
};

function compile(document: PipelineDocument, settings: StepFunctionsSettings): CompiledFiles {
  checkLimits(document);
  parseLake(settings.lake);
  const machine = stateMachine(document, settings);
  const readable = `${JSON.stringify(machine, null, 2)}\n`;
  // Deeply nested branches can be indentation for the most part, which counts as well.
  const text = fits(readable) ? readable : JSON.stringify(machine);
  checkSize(document, text);
  return new Map([[FILE, text]]);
}

const stateSchema = z.object({
  Type: z.string(),
  Resource: z.string().optional(),
  Comment: z.string().optional(),
  Choices: z.array(z.object({ And: z.array(z.record(z.string(), z.json())).default([]), Next: z.string() })).optional(),
  get Branches() {
    return z.array(z.object({ States: z.record(z.string(), stateSchema) })).optional();
  },
});

type ReadState = z.infer<typeof stateSchema>;

/**
 * A step is the state of its job. The order of states holds more than the edges, so those are read from the jobs'
 * `Comment`: `after a, b`. Gated is what a choice by a number leads to.
 */
function readGraph(files: CompiledFiles): Graph {
  const { States } = z.object({ States: z.record(z.string(), stateSchema) }).parse(JSON.parse(fileOf(files, FILE)));
  const states = allStates(States);
  const jobs = states.filter(([, { Resource }]) => Resource === BATCH_JOB);
  return {
    steps: jobs.map(([name]) => name),
    edges: jobs.flatMap(([name, { Comment = '' }]) =>
      Comment.replace(/^after /, '')
        .split(', ')
        .filter(Boolean)
        .map((before) => [before, name] as const),
    ),
    gated: states.flatMap(([, { Choices = [] }]) =>
      Choices.filter(({ And }) => And.some(isNumeric)).map((c) => c.Next),
    ),
  };
}

function allStates(states: Readonly<Record<string, ReadState>>): [string, ReadState][] {
  return Object.entries(states).flatMap(([name, state]): [string, ReadState][] => [
    [name, state],
    ...(state.Branches ?? []).flatMap(({ States }) => allStates(States)),
  ]);
}

function isNumeric(rule: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(rule).some((key) => key.startsWith('Numeric'));
}
