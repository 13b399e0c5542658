import type { Condition, PipelineDocument, StepDocument } from '@ml-platform/pipeline';
import { type MetricReference, metricsOf } from '../graph.ts';
import { type Exit, keyPath, literal, type State, type States } from './asl.ts';
import { outputFile, readJson } from './read-json.ts';
import type { StepFunctionsSettings } from './settings.ts';

const COMPARISONS = {
  '>=': 'NumericGreaterThanEquals',
  '>': 'NumericGreaterThan',
  '<=': 'NumericLessThanEquals',
  '<': 'NumericLessThan',
} as const satisfies Record<Condition['operator'], string>;

interface Before {
  /** Steps that it needs and that may be skipped. */
  readonly skippable: readonly string[];
  /** The state that begins the step. */
  readonly start: string;
}

/**
 * What stands before a step that may be skipped: whether all ran that it needs, then the metrics of its gate, then the
 * gate. A "no" goes past the step, and leaves a flag for what follows from it.
 */
export function statesBefore(
  document: PipelineDocument,
  step: StepDocument,
  settings: StepFunctionsSettings,
  { skippable, start }: Before,
): States {
  const when = step.when ?? [];
  const files = metricsFiles(document, when);
  const ran = skippable.map((name) => ({ Variable: `${keyPath('$.ran', name)}.done`, BooleanEquals: true }));
  const holds = when.map((condition) => comparison(condition, files, document));
  const chain: [name: string, state: (next: string) => State][] = [
    [`${step.name}: before`, (next) => choose(step, ran, next)],
    ...files.map((file, index): [string, (next: string) => State] => [
      `${step.name}: metrics ${index + 1}`,
      (next) => readJson(file, metricsPath(index), settings, next),
    ]),
    [`${step.name}: gate`, (next) => choose(step, holds, next)],
  ];
  const wanted = chain.slice(ran.length > 0 ? 0 : 1, holds.length > 0 ? undefined : -1);
  return Object.fromEntries(wanted.map(([name, state], index) => [name, state(wanted[index + 1]?.[0] ?? start)]));
}

export function skipped(step: StepDocument, exit: Exit): States {
  const path = keyPath('$.ran', step.name);
  return { [skippedName(step)]: { Type: 'Pass', Result: { done: false }, ResultPath: path, ...exit } };
}

function skippedName({ name }: StepDocument): string {
  return `${name}: skipped`;
}

function choose(step: StepDocument, all: readonly object[], next: string): State {
  return { Type: 'Choice', Choices: [{ And: all, Next: next }], Default: skippedName(step) };
}

/** Paths below an execution's folder, each once. */
function metricsFiles(document: PipelineDocument, when: readonly Condition[]): readonly string[] {
  return [...new Set(metricsOf(when).map((metric) => outputFile(document, metric)))];
}

function metricsPath(index: number): string {
  return `$.metrics${index + 1}`;
}

function comparison({ metric, operator, bound }: Condition, files: readonly string[], document: PipelineDocument) {
  const path = (of: MetricReference) =>
    keyPath(
      `${metricsPath(files.indexOf(outputFile(document, of)))}.json`,
      literal(of.name, `a metric of '${of.step}.${of.output}'`),
    );
  const name = COMPARISONS[operator];
  return {
    Variable: path(metric),
    ...(typeof bound === 'number' ? { [name]: bound } : { [`${name}Path`]: path(bound) }),
  };
}
