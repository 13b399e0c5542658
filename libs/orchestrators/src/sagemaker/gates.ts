import type { Condition, PipelineDocument, StepDocument } from '@ml-platform/pipeline';
import { describeCondition, type MetricReference } from '../graph.ts';
import { type Comparison, type ConditionStep, type JobStep, oneLine, type Variable } from './definition.ts';
import { outputPlace } from './lake.ts';

const COMPARISONS = {
  '>=': 'GreaterThanOrEqualTo',
  '>': 'GreaterThan',
  '<=': 'LessThanOrEqualTo',
  '<': 'LessThan',
} as const satisfies Record<Condition['operator'], Comparison['Type']>;

/** SageMaker API reference, PipelineExecutionStep: StepDisplayName. */
const DISPLAY_NAME_LENGTH = 256;

/** A step and what it compiled to. */
export interface Compiled {
  readonly step: StepDocument;
  /** The first begins, the last leaves what the step leaves. */
  readonly jobs: readonly JobStep[];
}

/**
 * The steps of a definition, gated ones in condition steps. These don't nest: SageMaker takes no condition step within
 * another. They needn't, since a step starts only where all that it depends on has run, whichever branch that stands
 * in: so each waits for what its steps wait for, and is never asked where one of those was skipped. Steps with the same
 * gate and the same needs share one.
 */
export function gated(document: PipelineDocument, compiled: readonly Compiled[], lake: string) {
  const groups = new Map<string, Compiled[]>();
  for (const of of compiled) {
    const { when = [], name } = of.step;
    const needed = [...(of.jobs[0]?.DependsOn ?? [])].sort();
    const key = when.length > 0 ? JSON.stringify([when, needed]) : name;
    groups.set(key, [...(groups.get(key) ?? []), of]);
  }
  let count = 0;
  return [...groups.values()].flatMap((group): readonly (JobStep | ConditionStep)[] => {
    const when = group[0]?.step.when ?? [];
    const jobs = group.flatMap((of) => of.jobs);
    if (when.length === 0) return jobs;
    count += 1;
    return [conditionStep(document, `gate_${count}`, when, jobs, lake)];
  });
}

/** Its name has an underscore, which no step of a pipeline has. */
function conditionStep(
  document: PipelineDocument,
  name: string,
  when: readonly Condition[],
  jobs: readonly JobStep[],
  lake: string,
): ConditionStep {
  const value = (metric: MetricReference): Variable => ({
    'Std:JsonGet': { S3Uri: outputPlace(document, lake, metric), Path: jsonPath(metric.name) },
  });
  return {
    Name: name,
    Type: 'Condition',
    DisplayName: oneLine(when.map(describeCondition).join(' and '), DISPLAY_NAME_LENGTH),
    DependsOn: jobs[0]?.DependsOn ?? [],
    Arguments: {
      Conditions: when.map(({ metric, operator, bound }) => ({
        Type: COMPARISONS[operator],
        LeftValue: value(metric),
        RightValue: typeof bound === 'number' ? bound : value(bound),
      })),
      IfSteps: jobs,
      ElseSteps: [],
    },
  };
}

/** A key as a plain word where it is one: what every example of the service has. */
function jsonPath(key: string): string {
  return /^[a-zA-Z_]\w*$/.test(key) ? key : `$['${key.replace(/['\\]/g, '\\$&')}']`;
}
