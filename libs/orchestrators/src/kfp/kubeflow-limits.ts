import type { PipelineDocument } from '@ml-platform/pipeline';
import { beyondLimit, type Excess } from '../limits.ts';
import { descriptionLength } from './format-limits.ts';
import type { KubeflowSettings } from './settings.ts';

/** The part of a label's key after its prefix, and a label's value. */
const LABEL = /^[a-z0-9A-Z]([a-z0-9A-Z._-]{0,61}[a-z0-9A-Z])?$/;
const LABEL_PREFIX = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const LABELS = 'Kubernetes documentation, "Labels and Selectors"';

/**
 * Looks whether Kubeflow takes what a pipeline asks for.
 *
 * @throws PlatformError `config`, naming step, field and limit.
 */
export function checkKubeflowLimits(document: PipelineDocument, settings: KubeflowSettings): void {
  const names = descriptionLength(document) ?? driverNames(document);
  const excess = names ?? labelForm(document) ?? otherZone(document, settings);
  if (excess) throw beyondLimit(document.name, excess);
}

function driverNames({ steps }: PipelineDocument): Excess | undefined {
  const names = new Set(steps.map(({ name }) => name));
  const taken = steps.find(({ name }) => names.has(name.replace(/-driver$/, '')) && name.endsWith('-driver'))?.name;
  if (taken === undefined) return undefined;
  const limit = `Kubeflow Pipelines calls its own task before '${taken.replace(/-driver$/, '')}' so`;
  return { step: taken, field: 'name', value: taken, limit, source: 'Kubeflow Pipelines 2.17, argocompiler/dag.go' };
}

function labelForm({ labels = {} }: PipelineDocument): Excess | undefined {
  for (const [key, value] of Object.entries(labels)) {
    const [name = '', ...prefix] = key.split('/').reverse();
    if (!LABEL.test(name) || prefix.length > 1 || prefix.some((part) => !LABEL_PREFIX.test(part))) {
      const limit = "a Pod's label is called by 1 to 63 letters, digits, - _ and ., after a domain and / if any";
      return { field: 'labels', value: key, limit, source: LABELS };
    }
    if (value !== '' && !LABEL.test(value)) {
      const limit = "a Pod's label has up to 63 letters, digits, - _ and ., and ends in a letter or digit";
      return { field: `labels.${key}`, value, limit, source: LABELS };
    }
  }
  return undefined;
}

function otherZone({ schedule }: PipelineDocument, { timezone = 'UTC' }: KubeflowSettings): Excess | undefined {
  if (schedule === undefined || schedule.timezone === timezone) return undefined;
  return {
    field: 'schedule.timezone',
    value: schedule.timezone,
    limit: `Kubeflow Pipelines reads every schedule in the one zone of its installation, which is ${timezone} by the settings`,
    source:
      'Kubeflow Pipelines 2.17, scheduledworkflow/util/cron_schedule.go and CRON_SCHEDULE_TIMEZONE in its manifests',
  };
}
