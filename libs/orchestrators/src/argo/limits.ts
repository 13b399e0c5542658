import type { PipelineDocument } from '@ml-platform/pipeline';
import { beyondLimit } from '../limits.ts';

const CRON_NAME_LENGTH = 52;
const CRON_NAMES = 'Argo Workflows, "Cron Workflows": a name leaves room for the time of a run';
const LABELS = 'Kubernetes documentation, "Labels and Selectors"';
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/**
 * Looks whether Kubernetes takes a pipeline's name and labels.
 *
 * @throws PlatformError `config`, naming field and limit.
 */
export function checkLimits({ name, schedule, labels = {} }: PipelineDocument): void {
  if (schedule && name.length > CRON_NAME_LENGTH) {
    const limit = `a CronWorkflow's has at most ${CRON_NAME_LENGTH} characters`;
    throw beyondLimit(name, { field: 'name', value: `${name.length} characters long`, limit, source: CRON_NAMES });
  }
  for (const [key, value] of Object.entries(labels)) {
    const field = `labels['${key}']`;
    if (!LABEL_KEY.test(key)) {
      const limit = 'a key has at most 63 letters, digits, - _ and ., with letters or digits at its ends';
      throw beyondLimit(name, { field, value: `'${value}'`, limit, source: LABELS });
    }
    if (!LABEL_VALUE.test(value)) {
      const limit = 'a value has at most 63 letters, digits, - _ and ., with letters or digits at its ends';
      throw beyondLimit(name, { field, value: `'${value}'`, limit, source: LABELS });
    }
  }
}
