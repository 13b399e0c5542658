import { type PipelineDocument, type StepDocument, upstream } from '@ml-platform/pipeline';
import { skippableSteps } from '../graph.ts';
import { arrange, type Block, isParallel, type Parallel, parallelsOf, stepsOf } from './arrange.ts';
import { call, type Exit, keyPath, type State, type StateMachine, type States } from './asl.ts';
import { skipped, statesBefore } from './gate.ts';
import type { StepFunctionsSettings } from './settings.ts';
import { startOf, stepStates } from './step-states.ts';

interface Plan {
  readonly document: PipelineDocument;
  readonly settings: StepFunctionsSettings;
  /** Steps that may be skipped: gated ones, and what follows from them. */
  readonly skippable: ReadonlySet<string>;
  readonly names: ReadonlyMap<Block, string>;
}

const LAST: Exit = { End: true, OutputPath: '$.ran' };

/**
 * A pipeline as a state machine: chains of steps, and Parallels of such chains (see {@link arrange}).
 *
 * The states' data is `{ params, ran }`: the run's parameters as one JSON text or its place, and for each step that may be skipped
 * `{ done: true | false }`. A Parallel hands its branches' flags on, and nothing else; the last state hands out `ran`.
 */
export function stateMachine(document: PipelineDocument, settings: StepFunctionsSettings): StateMachine {
  const blocks = arrange(document.steps);
  const parallels = blocks.flatMap(parallelsOf);
  const plan: Plan = {
    document,
    settings,
    skippable: skippableSteps(document),
    names: new Map(parallels.map((block, index) => [block, `Parallel ${index + 1}`])),
  };
  const { name, description } = document;
  return {
    Comment: description === undefined ? name : `${name}: ${description}`,
    StartAt: 'Input',
    States: { ...inputStates(entry(blocks, plan)), ...sequence(blocks, plan) },
  };
}

/**
 * An execution's input is `{ "params": { "STEP": { "NAME": value } } }`, or nothing of it; or `{ "params": "s3://…" }`, where
 * these lie, for more than what a job's arguments can hold.
 */
function inputStates(exit: Exit): States {
  const start = (params: string): State => ({ Type: 'Pass', Parameters: { 'params.$': params, ran: {} }, ...exit });
  const choose = (test: object, Next: string, Default: string): State => {
    return { Type: 'Choice', Choices: [{ Variable: '$.params', ...test, Next }], Default };
  };
  return {
    Input: choose({ IsPresent: true }, 'Params', 'No params'),
    Params: choose({ IsString: true }, 'Start with a place', 'Start'),
    'No params': { Type: 'Pass', Result: {}, ResultPath: '$.params', Next: 'Start' },
    Start: start(call('JsonToString', '$.params')),
    'Start with a place': start('$.params'),
  };
}

function sequence(blocks: readonly Block[], plan: Plan): States {
  const states = blocks.map((block, index) => blockStates(block, plan, entry(blocks.slice(index + 1), plan)));
  return Object.assign({}, ...states) as States;
}

/** The way into a sequence; into one of nothing, the way out. */
function entry([first]: readonly Block[], plan: Plan): Exit {
  return first === undefined ? LAST : { Next: firstState(first, plan) };
}

function firstState(block: Block, plan: Plan): string {
  if (isParallel(block)) return plan.names.get(block) ?? '';
  return Object.keys(before(block, plan))[0] ?? startOf(block, plan.settings);
}

function before(step: StepDocument, { document, settings, skippable }: Plan) {
  const needed = upstream(step).filter((name) => skippable.has(name));
  return statesBefore(document, step, settings, { skippable: needed, start: startOf(step, settings) });
}

function blockStates(block: Block, plan: Plan, exit: Exit): States {
  if (isParallel(block)) return parallelStates(block, plan, exit);
  const { document, settings, skippable } = plan;
  const noted = skippable.has(block.name);
  return {
    ...before(block, plan),
    ...stepStates(document, block, settings, { noted, exit }),
    ...(noted && skipped(block, exit)),
  };
}

/** Side by side; then the branches' flags join those that are there. */
function parallelStates(parallel: Parallel, plan: Plan, exit: Exit): States {
  const name = plan.names.get(parallel) ?? '';
  const flags = parallel.branches.flatMap((branch, index) =>
    branch
      .flatMap(stepsOf)
      .filter((step) => plan.skippable.has(step.name))
      .map((step) => [`${step.name}.$`, keyPath(`$[${index}]`, step.name)] as const),
  );
  const Branches = parallel.branches.map((branch) => ({
    StartAt: branch[0] ? firstState(branch[0], plan) : '',
    States: sequence(branch, plan),
  }));
  if (flags.length === 0) return { [name]: { Type: 'Parallel', Branches, ResultPath: null, ...exit } };
  const merge = `${name}: flags`;
  const select = { ResultSelector: Object.fromEntries(flags), ResultPath: '$.flags' };
  const ran = call('JsonMerge', '$.ran', '$.flags', 'false');
  return {
    [name]: { Type: 'Parallel', Branches, ...select, Next: merge },
    [merge]: { Type: 'Pass', Parameters: { 'params.$': '$.params', 'ran.$': ran }, ...exit },
  };
}
