import { parseDuration, type PipelineDocument, type StepDocument } from '@ml-platform/pipeline';
import { beyondLimit, type Excess } from '../limits.ts';
import { timeoutOfAllRuns } from '../timeout.ts';

const SERVICE_LIMITS = 'Azure Machine Learning documentation, "Service limits in Azure Machine Learning"';
export const QUOTAS =
  'Azure Machine Learning documentation, "Manage and increase quotas and limits for resources with Azure Machine Learning"';
const TAGS = { count: 50, key: 100, value: 1000 } as const;
const DESCRIPTION_LENGTH = 5000;
/** Days that a job may take; on machines that can be taken away. */
export const LIFETIME = { dedicated: 21, spot: 7 } as const;
export const SECONDS_PER_DAY = 86_400;

/**
 * Looks whether Azure Machine Learning takes a pipeline's labels, descriptions and timeouts.
 *
 * @throws PlatformError `config`, naming step, field and limit.
 */
export function checkLimits(document: PipelineDocument): void {
  const { name, description, labels, steps } = document;
  const problem = labelsExcess(labels ?? {}) ?? descriptionExcess(description);
  if (problem) throw beyondLimit(name, problem);
  for (const step of steps) {
    const ofStep = descriptionExcess(step.description) ?? timeoutExcess(step);
    if (ofStep) throw beyondLimit(name, { step: step.name, ...ofStep });
  }
}

function labelsExcess(labels: Readonly<Record<string, string>>): Excess | undefined {
  const entries = Object.entries(labels);
  const source = SERVICE_LIMITS;
  if (entries.length > TAGS.count) {
    return {
      field: 'labels',
      value: `${entries.length} in number`,
      limit: `a job has at most ${TAGS.count} tags`,
      source,
    };
  }
  const long = entries.find(([key, value]) => key.length > TAGS.key || value.length > TAGS.value);
  if (long === undefined) return undefined;
  const [key, value] = long;
  const limit = `a tag has a key of at most ${TAGS.key} characters and a value of at most ${TAGS.value}`;
  return { field: 'labels', value: `${key.length} and ${value.length} characters long in one`, limit, source };
}

function descriptionExcess(description = ''): Excess | undefined {
  if (description.length <= DESCRIPTION_LENGTH) return undefined;
  const limit = `a job's has at most ${DESCRIPTION_LENGTH}`;
  return { field: 'description', value: `${description.length} characters long`, limit, source: SERVICE_LIMITS };
}

function timeoutExcess(step: StepDocument): Excess | undefined {
  const { timeout = '', spot = false, retry, forEach } = step;
  const days = spot ? LIFETIME.spot : LIFETIME.dedicated;
  const seconds = forEach ? parseDuration(timeout) : timeoutOfAllRuns(step);
  if ((seconds ?? 0) <= days * SECONDS_PER_DAY) return undefined;
  const limit = `a job ends after ${days} days${spot ? ' on machines that can be taken away' : ''}`;
  const attempts = retry?.attempts ?? 1;
  return {
    field: 'timeout',
    value: attempts > 1 ? `${timeout} for each of ${attempts} runs` : timeout,
    limit,
    source: QUOTAS,
  };
}
