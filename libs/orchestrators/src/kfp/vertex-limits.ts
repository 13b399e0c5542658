import { parseMemory, type PipelineDocument, type StepDocument } from '@ml-platform/pipeline';
import { beyondLimit, type Excess } from '../limits.ts';
import { nativeTune } from '../tuning.ts';
import { isCustomJob } from './custom-job.ts';
import { descriptionLength } from './format-limits.ts';
import type { VertexSettings } from './settings.ts';

/** Of a task that is a container, and of which Vertex AI chooses the machine; memory in GiB. */
const CONTAINER = { cpus: 96, memory: 624 } as const;
const MACHINES = 'Google Cloud documentation, "Specify the machine configuration for a pipeline step"';
const LABELS = {
  count: 64,
  key: /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u,
  value: /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u,
};
const RESERVED_LABEL = 'vertex-ai-pipelines-run-billing-id';
const LABEL_RULES = 'Resource Manager documentation of Google Cloud, "Requirements for labels"';

/**
 * Looks whether Vertex AI takes what a pipeline asks for.
 *
 * @throws PlatformError `config`, naming step, field and limit.
 */
export function checkVertexLimits(document: PipelineDocument, { steps }: Pick<VertexSettings, 'steps'> = {}): void {
  // A search that Vertex AI leads is no container task, but a job per trial.
  const tasks = document.steps.filter((step) => !nativeTune(step, steps));
  const found = tasks.map(resourceExcess).find((one) => one !== undefined);
  const excess = descriptionLength(document) ?? labelExcess(document) ?? found;
  if (excess) throw beyondLimit(document.name, excess);
}

function resourceExcess(step: StepDocument): Excess | undefined {
  const { cpu, memory } = step.resources ?? {};
  const of = { step: step.name, source: MACHINES };
  if (!isCustomJob(step) && cpu !== undefined && cpu > CONTAINER.cpus)
    return { ...of, field: 'resources.cpu', value: cpu, limit: `a task has ${CONTAINER.cpus} CPUs at most` };
  if (!isCustomJob(step) && memory !== undefined && gibibytes(memory) > CONTAINER.memory)
    return { ...of, field: 'resources.memory', value: memory, limit: `a task has ${CONTAINER.memory}Gi at most` };
  return undefined;
}

function gibibytes(quantity: string): number {
  return (parseMemory(quantity) ?? 0) / 1024;
}

function labelExcess({ labels = {} }: PipelineDocument): Excess | undefined {
  const count = Object.keys(labels).length;
  const source = LABEL_RULES;
  if (count > LABELS.count)
    return { field: 'labels', value: `${count} of them`, limit: `a run has ${LABELS.count} at most`, source };
  for (const [key, value] of Object.entries(labels)) {
    if (key === RESERVED_LABEL)
      return {
        field: 'labels',
        value: key,
        limit: 'Vertex AI sets that one itself',
        source: 'Vertex AI API reference, PipelineJob.labels',
      };
    if (!LABELS.key.test(key)) {
      const limit = 'a key has 1 to 63 lowercase letters, digits, - and _, and begins with a letter';
      return { field: 'labels', value: key, limit, source };
    }
    if (!LABELS.value.test(value)) {
      const limit = 'a value has up to 63 lowercase letters, digits, - and _';
      return { field: `labels.${key}`, value, limit, source };
    }
  }
  return undefined;
}
