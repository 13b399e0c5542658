import type { ConditionStep, Definition, JobStep, Variable } from '../definition.ts';

/** The number at a JSON path of a file in S3. */
export type Metrics = (uri: string, path: string) => number;

const HOLDS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  GreaterThanOrEqualTo: (left, right) => left >= right,
  GreaterThan: (left, right) => left > right,
  LessThanOrEqualTo: (left, right) => left <= right,
  LessThan: (left, right) => left < right,
};

/**
 * Which jobs of a definition run, as the service does it and the SDK's LocalPipelineExecutor writes it down: a step
 * starts where all that it depends on has run; in a branch, where the condition step has run and took that branch.
 */
export function runDefinition(text: string, metrics: Metrics): ReadonlySet<string> {
  const { Steps } = JSON.parse(text) as Definition;
  const names = new Set(Steps.flatMap((step) => [step.Name, ...inBranches(step).map(({ Name }) => Name)]));
  const ran = new Set<string>();
  const taken = new Set<string>();
  const isReady = ({ Name, DependsOn = [] }: JobStep | ConditionStep) => {
    const dangling = DependsOn.find((name) => !names.has(name));
    if (dangling !== undefined) throw new Error(`${Name} depends on ${dangling}, which isn't there`);
    return !ran.has(Name) && DependsOn.every((name) => ran.has(name));
  };
  const written: Metrics = (uri, path) => {
    const writer = /\/artifacts\/([^/]+)\//.exec(uri)?.[1];
    if (writer === undefined || !ran.has(writer)) throw new Error(`${uri} is read before it is written`);
    return metrics(uri, path);
  };
  for (let before = -1; before < ran.size; ) {
    before = ran.size;
    for (const step of Steps.filter(isReady)) {
      ran.add(step.Name);
      if (step.Type === 'Condition' && holds(step, written)) taken.add(step.Name);
    }
    const open = Steps.filter(({ Name }) => taken.has(Name)).flatMap(inBranches);
    for (const step of open.filter(isReady)) ran.add(step.Name);
  }
  const conditions = new Set(Steps.filter(({ Type }) => Type === 'Condition').map(({ Name }) => Name));
  return new Set([...ran].filter((name) => !conditions.has(name)));
}

function inBranches(step: JobStep | ConditionStep): readonly JobStep[] {
  return step.Type === 'Condition' ? step.Arguments.IfSteps : [];
}

function holds({ Arguments }: ConditionStep, metrics: Metrics): boolean {
  const value = (of: Variable | number): number => {
    if (typeof of === 'number') return of;
    if ('Std:JsonGet' in of) return metrics(String(evaluate(of['Std:JsonGet'].S3Uri)), of['Std:JsonGet'].Path);
    throw new Error(`${JSON.stringify(of)} is no number`);
  };
  return Arguments.Conditions.every(({ Type, LeftValue, RightValue }) => {
    return HOLDS[Type]?.(value(LeftValue), value(RightValue));
  });
}

function evaluate(value: string | Variable): string {
  if (typeof value === 'string') return value;
  if ('Get' in value) return value.Get;
  if ('Std:Join' in value) return value['Std:Join'].Values.map(evaluate).join(value['Std:Join'].On);
  throw new Error(`${JSON.stringify(value)} is no text`);
}
