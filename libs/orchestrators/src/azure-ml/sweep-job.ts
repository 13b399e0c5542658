import type { PipelineDocument, StepDocument } from '@ml-platform/pipeline';
import { beyondLimit } from '../limits.ts';
import { timeoutOfAllRuns } from '../timeout.ts';
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
import { LIFETIME, QUOTAS, SECONDS_PER_DAY } from './limits.ts';
import type { AzureMlSettings } from './settings.ts';

const SWEEP = 'Azure Machine Learning documentation, "CLI (v2) sweep job YAML schema"';
const COMPONENT = 'Azure Machine Learning documentation, "CLI (v2) command component YAML schema"';

const LIMITS: SearchLimits = {
  name: { pattern: /^\w+$/, limit: 'an input has a name of letters, digits and underscores', source: COMPONENT },
  metric: {
    pattern: /^[\w./: -]{1,250}$/,
    limit: "MLflow takes names of at most 250 letters, digits and any of '_ - . / :' and spaces",
    source: 'MLflow documentation, mlflow.log_metric',
  },
  // A value gets into the command's text as it is, within double quotes.
  choice: {
    pattern: /^[^"`$\\\r\n]+$/,
    limit:
      'Azure puts it into a line of shell as it is, so it has to be of one line at least one letter long, without " ` $ \\',
    source: COMPONENT,
  },
  integers: SWEEP,
};

/** The file of the component that a sweep runs as its trials, beside the pipeline's. */
export function trialFile(step: string): string {
  return `trial-${step}.yml`;
}

/** The input by which a trial gets a parameter; never one of those of a step's own. */
function trialInput(name: string): string {
  return `trial_${name}`;
}

/** Inputs of a trial's component besides those of the step. */
export function trialInputs({ search }: Tune): Record<string, object> {
  const inputs = Object.entries(search).map(([name, space]) => {
    return [trialInput(name), { type: isChoices(space) ? 'string' : 'number' }] as const;
  });
  return Object.fromEntries(inputs);
}

/** Arguments by which the step runner gets them, as words of a shell. */
export function trialArguments({ search }: Tune): string[] {
  return Object.keys(search).map((name) => `"--trial.${name}=\${{inputs.${trialInput(name)}}}"`);
}

/**
 * What makes a job a sweep: its outputs are those of its best trial.
 *
 * @throws PlatformError `config` for a search that Azure Machine Learning doesn't take.
 */
export function sweepFields(document: PipelineDocument, step: StepDocument, tune: Tune, settings: AzureMlSettings) {
  const { name } = step;
  checkSearch(document.name, name, tune, LIMITS);
  const search = Object.entries(tune.search).map(([key, space]) => [trialInput(key), distribution(space)] as const);
  return {
    trial: `./${trialFile(name)}`,
    sampling_algorithm: samplingAlgorithm(document, step, tune, settings),
    search_space: Object.fromEntries(search),
    objective: { goal: tune.goal, primary_metric: metricIdOf(tune) },
    limits: {
      max_total_trials: tune.trials,
      max_concurrent_trials: parallelTrials(tune),
      ...timeouts(document, step, tune),
    },
  };
}

/** Values to choose from are texts, since the format has no booleans; a log scale has the logarithms of its ends. */
function distribution(space: Space) {
  if (isChoices(space)) return { type: 'choice', values: choiceTexts(space) };
  const { min, max } = space.integer ? wholeRange(space) : space;
  const isLog = space.scale === 'log';
  const [min_value, max_value] = isLog ? [Math.log(min), Math.log(max)] : [min, max];
  const q = space.integer && { q: 1 };
  return { type: `${q ? 'q' : ''}${isLog ? 'log' : ''}uniform`, min_value, max_value, ...q };
}

/** A search on a log scale is random unless told otherwise; the same draws the same again. */
function samplingAlgorithm(
  { name: pipeline }: PipelineDocument,
  { name: step }: StepDocument,
  { search }: Tune,
  { steps }: AzureMlSettings,
) {
  const logarithmic = Object.entries(search).find(([, space]) => !isChoices(space) && space.scale === 'log');
  const { strategy = logarithmic ? 'random' : 'bayesian' } = steps?.[step] ?? {};
  if (strategy === 'random') return { type: 'random', seed: 0 };
  if (logarithmic === undefined) return strategy;
  const [key] = logarithmic;
  const limit = 'Bayesian sampling takes choice, uniform and quniform alone; strategy: random takes it';
  throw beyondLimit(pipeline, { step, field: `tune.search.${key}.scale`, value: 'log', limit, source: SWEEP });
}

function timeouts({ name: pipeline }: PipelineDocument, step: StepDocument, tune: Tune) {
  const trial_timeout = timeoutOfAllRuns(step);
  if (trial_timeout === undefined) return {};
  const timeout = Math.ceil(tune.trials / parallelTrials(tune)) * trial_timeout;
  if (timeout <= LIFETIME.dedicated * SECONDS_PER_DAY) return { timeout, trial_timeout };
  const value = `${step.timeout} for each of ${tune.trials} trials`;
  const limit = `a job ends after ${LIFETIME.dedicated} days`;
  throw beyondLimit(pipeline, { step: step.name, field: 'timeout', value, limit, source: QUOTAS });
}
