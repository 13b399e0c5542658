import { parseArgs } from 'node:util';
import { type PipelineDocument, readOutputs, type StepDocument, upstream } from '@ml-platform/pipeline';
import type { Start } from './interpret.ts';

/** Type of a job that leads a search. */
export const TUNING_JOB = 'HyperparameterTuningJob';

/** What a step left in one place: whether it was skipped. */
interface Left {
  readonly of: string;
  readonly skipped: boolean;
}

/**
 * The step runner by its contract, without the step: it reads what it is given, asks the step's gate, and leaves either
 * what it is told to or a note that it was skipped.
 */
export class StepRunner {
  readonly ran = new Set<string>();
  readonly #document: PipelineDocument;
  readonly #metricOf: (step: string) => number;

  constructor(document: PipelineDocument, metricOf: (step: string) => number) {
    this.#document = document;
    this.#metricOf = metricOf;
  }

  readonly run = ({ task, args, read, write }: Start): void => {
    const { step, inputs, outputs, metrics, record, trials, isBest } = this.#options(task, args);
    const skipped = this.#isSkipped(step, inputs, read);
    const isTrial = args.includes(TUNING_JOB);
    if (trials !== undefined && isBest) read(trials);
    else if (trials !== undefined) write(trials, { of: `${step.name} trials`, skipped } satisfies Left);
    if (!skipped && !isTrial) this.ran.add(step.name);
    for (const [reference, place] of outputs) {
      if (skipped && reference !== step.name) throw new Error(`${step.name} is skipped where its outputs are needed`);
      write(place, { of: `${step.name}.${reference}`, skipped } satisfies Left);
    }
    if (!skipped) for (const [, file] of metrics) write(file, this.#metricOf(step.name));
    if (record !== undefined) write(record, {});
    const launched = args.indexOf('--gcp_resources');
    if (launched >= 0) write(args[launched + 1] ?? '', 'the job');
  };

  #isSkipped(step: StepDocument, inputs: readonly (readonly [string, string])[], read: Start['read']): boolean {
    const left = new Map(inputs.map(([reference, place]) => [reference, read(place) as Left]));
    const marked = upstream(step).some((name) => left.get(name)?.skipped);
    for (const { step: name, output } of readOutputs(step)) {
      const one = left.get(`${name}.${output}`);
      if (!left.has(name) && one?.of !== `${name}.${output}`)
        throw new Error(`${step.name} is not given ${name}.${output}`);
    }
    if (marked) return true;
    return !(step.when ?? []).every(({ metric, operator, bound }) => {
      const one = this.#metricOf(metric.step);
      const other = typeof bound === 'number' ? bound : this.#metricOf(bound.step);
      return { '>=': one >= other, '>': one > other, '<=': one <= other, '<': one < other }[operator];
    });
  }

  #options(task: string, args: readonly string[]) {
    const multiple = { type: 'string', multiple: true, default: [] as string[] } as const;
    const { values } = parseArgs({
      args: [...runnerWords(args)],
      options: {
        pipeline: { type: 'string' },
        step: { type: 'string' },
        'params-json': { type: 'string', default: '{}' },
        input: multiple,
        output: multiple,
        metric: multiple,
        record: { type: 'string' },
        trials: { type: 'string' },
        'best-trial': { type: 'boolean', default: false },
        retry: { type: 'boolean' },
      },
    });
    JSON.parse(values['params-json']);
    const step = this.#document.steps.find(({ name }) => name === values.step && taskOf(name, args) === task);
    if (step === undefined) throw new Error(`task ${task} runs ${values.step}`);
    const pairs = (texts: readonly string[]) =>
      texts.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)] as const);
    const { input, output, metric, record, trials, 'best-trial': isBest } = values;
    return { step, inputs: pairs(input), outputs: pairs(output), metrics: pairs(metric), record, trials, isBest };
  }
}

function taskOf(step: string, args: readonly string[]): string {
  return args.includes(TUNING_JOB) ? `${step}-trials` : step;
}

interface JobSpec {
  readonly worker_pool_specs: readonly [{ readonly container_spec: { readonly args: string[] } }];
}

interface Job {
  readonly job_spec?: JobSpec;
  readonly trial_job_spec?: JobSpec;
}

/** The words that the runner gets: a container's own, or those of the job that it starts. */
export function runnerWords(args: readonly string[]): readonly string[] {
  const job = payloadOf<Job>(args);
  const spec = job?.job_spec ?? job?.trial_job_spec;
  return spec?.worker_pool_specs[0].container_spec.args ?? args;
}

/** The job that a launcher starts. */
export function payloadOf<Payload>(args: readonly string[]): Payload | undefined {
  if (!args.includes('--payload')) return undefined;
  return JSON.parse(args[args.indexOf('--payload') + 1] ?? '') as Payload;
}
