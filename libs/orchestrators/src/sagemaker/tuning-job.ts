import type { StepDocument } from '@ml-platform/pipeline';
import { beyondLimit } from '../limits.ts';
import { retryArguments, timeoutOfAllRuns } from '../timeout.ts';
import {
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
import type { Form } from './form.ts';
import type { JobParts } from './job.ts';
import { METRICS, STEP_NAME_LENGTH } from './limits.ts';
import { metricDefinitions, trainingJob } from './training-job.ts';

const RESOURCE_LIMITS = 'SageMaker developer guide, "Resource Limits for Automatic Model Tuning"';
const RANGES = 'SageMaker API reference, ParameterRanges';
/** Before a parameter's name, among the options of the step runner. */
const PREFIX = 'trial.';

const LIMITS: SearchLimits = {
  name: {
    pattern: new RegExp(`^.{1,${256 - PREFIX.length}}$`, 's'),
    limit: `SageMaker takes names of at most ${256 - PREFIX.length} characters`,
    source: RANGES,
  },
  metric: {
    pattern: new RegExp(`^.{1,${METRICS.name}}$`, 's'),
    limit: `SageMaker takes names of metrics of at most ${METRICS.name} characters`,
    source: 'SageMaker API reference, MetricDefinition',
  },
  choice: { pattern: /^.{0,256}$/, limit: 'SageMaker takes at most 256 characters on one line', source: RANGES },
  count: { parameters: 30, choices: 30, title: 'SageMaker', source: RESOURCE_LIMITS },
  integers: 'SageMaker API reference, IntegerParameterRange',
};
const MOST_METRICS = 20;
const LONGEST_DAYS = 30;
const SECONDS_PER_DAY = 86_400;

/** A step's name has no underscore, so no step has this name. */
const SUFFIX = '_trials';

/** The name of the step that searches for the best trial of one of the pipeline's steps. */
export function trialsName(step: string): string {
  return `${step}${SUFFIX}`;
}

/** The pipeline's step that a step of a definition is part of. */
export function stepNameOf(name: string): string {
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name;
}

/**
 * The request of CreateHyperParameterTuningJob, less its name and tags. SageMaker calls the image with the one word
 * `train`, and what would be the arguments of the step runner stands among the hyperparameters.
 *
 * @throws PlatformError `config` for a search that SageMaker doesn't take.
 */
export function tuningJob(parts: JobParts, tune: Tune, form: Form) {
  const { document, step, settings } = parts;
  checkLimits(document.name, step, tune);
  const { AlgorithmSpecification, CheckpointConfig: _, ...job } = { CheckpointConfig: {}, ...trainingJob(parts, form) };
  const { TrainingImage, TrainingInputMode } = AlgorithmSpecification;
  const attempts = step.retry?.attempts ?? 1;
  return {
    HyperParameterTuningJobConfig: {
      Strategy: settings.steps?.[step.name]?.strategy === 'random' ? 'Random' : 'Bayesian',
      HyperParameterTuningJobObjective: {
        Type: tune.goal === 'maximize' ? 'Maximize' : 'Minimize',
        MetricName: metricIdOf(tune),
      },
      ResourceLimits: {
        MaxNumberOfTrainingJobs: tune.trials,
        MaxParallelTrainingJobs: parallelTrials(tune),
      },
      ParameterRanges: parameterRanges(tune),
      // The same search draws the same again, as far as the strategy allows.
      RandomSeed: 0,
    },
    TrainingJobDefinition: {
      StaticHyperParameters: hyperparameters(parts),
      AlgorithmSpecification: { TrainingImage, TrainingInputMode, MetricDefinitions: metricsOf(step, tune) },
      RoleArn: settings.role,
      ...job,
      ...(attempts > 1 && { RetryStrategy: { MaximumRetryAttempts: attempts - 1 } }),
    },
  };
}

/** Options of the step runner by their names, from arguments that come in pairs. */
function hyperparameters({ step, args }: JobParts) {
  const pairs = args.flatMap((name, index) => {
    return index % 2 === 0 ? [[String(name).replace(/^--/, ''), args[index + 1]] as const] : [];
  });
  return { ...Object.fromEntries(pairs), ...(retryArguments(step).length > 0 && { retry: 'true' }) };
}

/** The one that trials are compared by comes first, so that it is among as many as a tuning job has. */
function metricsOf(step: StepDocument, tune: Tune) {
  const { MetricDefinitions: all = [] } = metricDefinitions(step, metricIdOf(tune));
  return all.slice(0, MOST_METRICS);
}

function parameterRanges({ search }: Tune) {
  const kinds: Record<string, object[]> = {};
  for (const [name, space] of Object.entries(search)) {
    const [kind, range] = parameterRange(space);
    kinds[kind] = [...(kinds[kind] ?? []), { Name: `${PREFIX}${name}`, ...range }];
  }
  return kinds;
}

function parameterRange(space: Space): [kind: string, range: object] {
  if (isChoices(space)) return ['CategoricalParameterRanges', { Values: choiceTexts(space) }];
  const { min, max } = space.integer ? wholeRange(space) : space;
  const ScalingType = space.scale === 'log' ? 'Logarithmic' : 'Linear';
  const kind = space.integer ? 'IntegerParameterRanges' : 'ContinuousParameterRanges';
  return [kind, { MinValue: String(min), MaxValue: String(max), ScalingType }];
}

function checkLimits(pipeline: string, step: StepDocument, tune: Tune): void {
  const { name } = step;
  if (trialsName(name).length > STEP_NAME_LENGTH) {
    const limit = `SageMaker takes at most ${STEP_NAME_LENGTH}, and its search is named ${trialsName('…')}`;
    const source = 'SageMaker API reference, PipelineExecutionStep';
    throw beyondLimit(pipeline, { step: name, field: 'characters of its name', value: name.length, limit, source });
  }
  checkSearch(pipeline, name, tune, LIMITS);
  const { MetricDefinitions: [first] = [] } = metricDefinitions(step, metricIdOf(tune));
  if (first?.Name !== metricIdOf(tune)) {
    const limit = `SageMaker finds it by an expression of at most ${METRICS.regex} characters`;
    const source = 'SageMaker API reference, MetricDefinition';
    throw beyondLimit(pipeline, { step: name, field: 'tune.metric', value: `'${metricIdOf(tune)}'`, limit, source });
  }
  const rounds = Math.ceil(tune.trials / parallelTrials(tune));
  if (rounds * (timeoutOfAllRuns(step) ?? 0) > LONGEST_DAYS * SECONDS_PER_DAY) {
    const value = `${step.timeout} for each of ${tune.trials} trials`;
    const limit = `a tuning job of SageMaker runs for at most ${LONGEST_DAYS} days`;
    throw beyondLimit(pipeline, { step: name, field: 'timeout', value, limit, source: RESOURCE_LIMITS });
  }
}
