import type { PipelineDocument } from '@ml-platform/pipeline';
import { retryArguments } from '../timeout.ts';
import {
  type Choices,
  checkSearch,
  choiceTexts,
  isChoices,
  metricIdOf,
  parallelTrials,
  type SearchLimits,
  type Space,
  type Tune,
  wholeRange,
} from '../tuning.ts';
import { jobFields, jobSpec, launcher, PARAMS_IN_JSON } from './custom-job.ts';
import { type Container, placeholder } from './ir.ts';
import type { VertexSettings } from './settings.ts';
import { runnerArguments, type StepInterface, startArguments } from './step-component.ts';

/** The artifact that is a place for trials, of the task that runs them and of the one that takes the best. */
export const TRIALS = 'trials';

/** Of numbers to choose from. Source: study.proto of Vertex AI, DiscreteValueSpec. */
const DISCRETE = { most: 1000, apart: 1e-10 } as const;

const LIMITS: SearchLimits = {
  name: {
    pattern: /^\S+$/,
    limit: "a parameter's id has no whitespace",
    source: 'Vertex AI API reference, StudySpec.ParameterSpec',
  },
  metric: {
    pattern: /^\S+$/,
    limit: "a metric's id has no whitespace",
    source: 'Vertex AI API reference, StudySpec.MetricSpec',
  },
  integers: 'Vertex AI API reference, StudySpec.ParameterSpec.IntegerValueSpec',
};

/**
 * A container that starts a hyperparameter tuning job, each of whose trials is a custom job with the step runner in it.
 * Vertex AI appends the values of a trial to its arguments, as `--trial.NAME=VALUE`.
 *
 * @throws PlatformError `config` for a search that Vertex AI doesn't take.
 */
export function tuningJobContainer(
  document: PipelineDocument,
  step: StepInterface,
  tune: Tune,
  settings: VertexSettings,
): Container {
  const { name } = step.step;
  checkSearch(document.name, name, tune, LIMITS);
  const args = [
    ...startArguments(step, settings, PARAMS_IN_JSON),
    ...['--trials', placeholder.output(TRIALS)],
    ...retryArguments(step.step),
  ];
  const payload = {
    ...jobFields(document, step.step, settings),
    study_spec: {
      metrics: [{ metric_id: metricIdOf(tune), goal: tune.goal === 'maximize' ? 'MAXIMIZE' : 'MINIMIZE' }],
      parameters: Object.entries(tune.search).map(([key, space]) => ({
        parameter_id: `trial.${key}`,
        ...parameterSpec(space),
      })),
      // Bayesian search is what it does unless told otherwise.
      ...(settings.steps?.[name]?.strategy === 'random' && { algorithm: 'RANDOM_SEARCH' }),
    },
    max_trial_count: tune.trials,
    parallel_trial_count: parallelTrials(tune),
    trial_job_spec: jobSpec(document, step.step, settings, args),
  };
  return launcher('HyperparameterTuningJob', payload, settings);
}

function parameterSpec(space: Space) {
  if (isChoices(space)) {
    const numbers = discrete(space);
    return numbers
      ? { discrete_value_spec: { values: numbers } }
      : { categorical_value_spec: { values: choiceTexts(space) } };
  }
  const scale_type = space.scale === 'log' ? 'UNIT_LOG_SCALE' : 'UNIT_LINEAR_SCALE';
  const { min, max } = space.integer ? wholeRange(space) : space;
  const range = { min_value: min, max_value: max };
  return { [space.integer ? 'integer_value_spec' : 'double_value_spec']: range, scale_type };
}

/** Values to choose from, in order, where all are numbers that Vertex AI tells apart. */
function discrete(choices: Choices): number[] | undefined {
  const numbers = choices.filter((choice) => typeof choice === 'number').sort((one, other) => one - other);
  const areApart = numbers.every(
    (number, index) => index === 0 || number - (numbers[index - 1] ?? 0) >= DISCRETE.apart,
  );
  return numbers.length === choices.length && numbers.length <= DISCRETE.most && areApart ? numbers : undefined;
}

/** A container that takes what the best trial left; copying needs no more than the machine of any task. */
export function bestTrialContainer(step: StepInterface, settings: VertexSettings): Container {
  return {
    image: settings.images[step.step.runner.language],
    command: settings.command ?? ['run-step'],
    args: [...runnerArguments(step, settings), '--best-trial', '--trials', placeholder.input(TRIALS)],
  };
}
