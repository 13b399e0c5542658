import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import {
  type OutputReference,
  type PipelineDocument,
  pipelineDocumentSchema,
  type StepDocument,
  type Tune,
} from './document.ts';

/**
 * Validates a pipeline document: its form, then what no schema can say — unique names, no dangling reference, matching
 * kinds, declared metrics, no cycle.
 *
 * @throws PlatformError `config`, naming pipeline, step and field.
 */
export function checkDocument(value: unknown): PipelineDocument {
  const parsed = pipelineDocumentSchema.safeParse(value);
  if (!parsed.success)
    throw refuse(`pipeline document: ${z.prettifyError(parsed.error)}`, 'compare it with pipeline.schema.json');
  const document = parsed.data;
  refuseDuplicates(document);
  for (const step of document.steps) checkStep(document, step);
  stepOrder(document);
  return document;
}

/**
 * The steps so that each comes after what it needs; equal ones in the order of their definition.
 *
 * @throws PlatformError `config` naming the steps of a cycle.
 */
export function stepOrder(document: PipelineDocument): StepDocument[] {
  const steps = new Map(document.steps.map((step) => [step.name, step]));
  const done = new Set<string>();
  const order: StepDocument[] = [];
  const visit = (name: string, path: readonly string[]) => {
    if (done.has(name)) return;
    const seen = path.indexOf(name);
    if (seen >= 0) {
      throw refuse(
        `pipeline '${document.name}' has a cycle: ${[...path.slice(seen), name].join(' → ')}`,
        'remove one of these dependencies; `after` is the only place where a step can name a later one',
      );
    }
    const step = steps.get(name);
    if (step === undefined) return;
    for (const needed of upstream(step)) visit(needed, [...path, name]);
    done.add(name);
    order.push(step);
  };
  for (const { name } of document.steps) visit(name, []);
  return order;
}

/** The outputs that a step reads: inputs, the metrics of its gates, the list it loops over. */
export function readOutputs({ inputs, when = [], forEach }: StepDocument): OutputReference[] {
  return [
    ...Object.values(inputs).flatMap(({ from }) => from),
    ...when.flatMap(({ metric, bound }) => (typeof bound === 'number' ? [metric] : [metric, bound])),
    ...(forEach ? [forEach.from] : []),
  ];
}

/** Names of the parameters that differ from run to run of a step: of a loop, or of a search. */
export function filledIn({ forEach, tune }: Pick<StepDocument, 'forEach' | 'tune'>): string[] {
  return [...(forEach ? [forEach.param] : []), ...Object.keys(tune?.search ?? {})];
}

/** Names of the steps that a step waits for: those whose outputs it reads, and `after`. */
export function upstream(step: StepDocument): string[] {
  return [...new Set([...readOutputs(step).map(({ step: name }) => name), ...(step.after ?? [])])];
}

function refuseDuplicates({ name, steps }: PipelineDocument): void {
  const names = steps.map((step) => step.name);
  const twice = names.find((candidate, index) => names.indexOf(candidate) !== index);
  if (twice) throw refuse(`pipeline '${name}' has two steps named '${twice}'`, 'give one of them another name');
}

function checkStep(document: PipelineDocument, step: StepDocument): void {
  const where = `pipeline '${document.name}', step '${step.name}'`;
  for (const [input, { kind, from, many }] of Object.entries(step.inputs)) {
    for (const source of from) {
      const output = findOutput(document, source, `${where}, input '${input}'`);
      if (output.kind !== kind) {
        throw refuse(
          `${where}: input '${input}' takes ${kind}, but '${source.step}.${source.output}' is ${output.kind}`,
          'wire an output of the same kind',
        );
      }
    }
    if (from.length > 1 && !many)
      throw refuse(`${where}: input '${input}' has ${from.length} sources`, 'declare it many(…)');
  }
  for (const { metric, bound } of step.when ?? []) {
    checkMetric(document, metric, where);
    if (typeof bound !== 'number') checkMetric(document, bound, where);
  }
  if (step.tune) checkTune(document, step, step.tune, where);
  if (step.forEach) findOutput(document, step.forEach.from, `${where}, forEach`);
  for (const name of step.after ?? []) {
    if (!document.steps.some((other) => other.name === name)) {
      throw refuse(`${where}: 'after' names '${name}', which isn't a step`, `steps: ${stepNames(document)}`);
    }
  }
}

function checkTune(document: PipelineDocument, step: StepDocument, { metric, search }: Tune, where: string): void {
  if (step.forEach) {
    throw refuse(`${where}: it runs per item of a list, and can't be tuned as well`, 'tune it in a step of its own');
  }
  checkMetric(document, { step: step.name, ...metric }, where);
  const known = Object.keys(document.params[step.paramsKey]?.properties ?? {});
  for (const [name, space] of Object.entries(search)) {
    if (!known.includes(name)) {
      throw refuse(`${where}: tune searches '${name}', which is no parameter of it`, `parameters: ${known.join(', ')}`);
    }
    if (Array.isArray(space)) continue;
    const { min, max, scale } = space;
    if (min >= max) throw refuse(`${where}: tune searches '${name}' from ${min} to ${max}`, 'give min less than max');
    if (scale === 'log' && min <= 0) {
      throw refuse(`${where}: tune searches '${name}' from ${min} on a log scale`, 'give a min above 0');
    }
  }
}

function checkMetric(document: PipelineDocument, metric: OutputReference & { name: string }, where: string): void {
  const output = findOutput(document, metric, `${where}, gate`);
  if (output.kind !== 'metrics') {
    throw refuse(
      `${where}: a gate reads metrics, but '${metric.step}.${metric.output}' is ${output.kind}`,
      'gate on a metrics output',
    );
  }
  if (document.steps.some(({ name, forEach }) => name === metric.step && forEach)) {
    throw refuse(
      `${where}: a gate reads one number, but '${metric.step}' runs once per item of a list`,
      'gate on the metrics of a step that puts the items together',
    );
  }
  if (!output.metrics?.includes(metric.name)) {
    throw refuse(
      `${where}: metric '${metric.name}' isn't declared by '${metric.step}.${metric.output}' (${output.metrics?.join(', ')})`,
      'declare it: metrics(…)',
    );
  }
}

function findOutput(document: PipelineDocument, { step, output }: OutputReference, where: string) {
  const found = document.steps.find(({ name }) => name === step)?.outputs[output];
  if (!found)
    throw refuse(`${where}: there is no output '${output}' of a step '${step}'`, `steps: ${stepNames(document)}`);
  return found;
}

function stepNames({ steps }: PipelineDocument): string {
  return steps.map(({ name }) => name).join(', ');
}

function refuse(message: string, hint: string): PlatformError {
  return new PlatformError(message, { code: 'config', hint });
}
