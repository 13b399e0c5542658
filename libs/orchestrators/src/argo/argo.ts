import { type Condition, type PipelineDocument, type StepDocument, upstream } from '@ml-platform/pipeline';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { type CompiledFiles, fileOf, type Graph, type Target } from '../target.ts';
import { checkLimits } from './limits.ts';
import type { ArgoSettings } from './settings.ts';
import type { MetricReference } from '../graph.ts';
import { isRayStep } from './ray-job.ts';
import { listParameterOf, parameterOf, stepTemplates } from './step-template.ts';

const FILE = 'workflow.yaml';
/** What the task is called that makes a cluster for a step, after the step. */
const RAY = '-ray-job';

/**
 * Argo Workflows 3: a DAG of containers; a CronWorkflow where the pipeline has a schedule. Artifacts are handed on by the
 * step runner, in the lake, in a folder of the workflow's name.
 */
export const argo: Target<ArgoSettings> = {
  name: 'argo',
  title: 'Argo Workflows',
  features: {
    params: { by: 'runner', how: 'one parameter of the workflow, JSON by step' },
    gates: { by: 'engine', how: 'when, on output parameters' },
    loop: { by: 'engine', how: 'withParam, a task per item side by side; then one that looks whether all are there' },
    tune: { by: 'runner', how: 'one task that tries one after the other' },
    after: { by: 'engine', how: 'depends' },
    retry: { by: 'engine', how: 'retryStrategy' },
    timeout: { by: 'engine', how: 'activeDeadlineSeconds, of each attempt' },
    cpu: { by: 'engine', how: 'requests and limits' },
    memory: { by: 'engine', how: 'requests and limits' },
    disk: { by: 'engine', how: 'ephemeral-storage' },
    accelerator: { by: 'engine', how: 'a resource of the nodes, by type in the settings' },
    spot: { by: 'engine', how: 'nodeSelector and tolerations in the settings' },
    uncached: { by: 'engine', how: 'a task runs each time' },
    schedule: { by: 'engine', how: 'CronWorkflow, in its time zone' },
    labels: { by: 'engine', how: 'labels of the workflow' },
  },
  compile,
  readGraph,
};

function compile(document: PipelineDocument, settings: ArgoSettings): CompiledFiles {
  checkLimits(document);
  const text = stringify(resource(document, settings), { lineWidth: 0, aliasDuplicateObjects: false });
  return new Map([[FILE, text]]);
}

function resource(document: PipelineDocument, settings: ArgoSettings) {
  const { name, description, labels, schedule } = document;
  const { namespace } = settings;
  const metadata = {
    ...(schedule ? { name } : { generateName: `${name}-` }),
    ...(namespace && { namespace }),
    ...(labels && { labels }),
    ...(description && { annotations: { 'workflows.argoproj.io/description': description } }),
  };
  const apiVersion = 'argoproj.io/v1alpha1';
  const spec = workflowSpec(document, settings);
  if (schedule === undefined) return { apiVersion, kind: 'Workflow', metadata, spec };
  const { cron, timezone } = schedule;
  const workflowMetadata = labels && { workflowMetadata: { labels } };
  const cronSpec = {
    schedules: [cron],
    timezone,
    concurrencyPolicy: 'Forbid',
    ...workflowMetadata,
    workflowSpec: spec,
  };
  return { apiVersion, kind: 'CronWorkflow', metadata, spec: cronSpec };
}

function workflowSpec(document: PipelineDocument, settings: ArgoSettings) {
  const names = new Set(document.steps.map(({ name }) => name));
  const itemsOf = (step: StepDocument) => freeName(`${step.name}${isRayStep(step) ? RAY : '-items'}`, names);
  return {
    entrypoint: 'pipeline',
    ...(settings.serviceAccount && { serviceAccountName: settings.serviceAccount }),
    arguments: { parameters: [{ name: 'params', value: '{}' }] },
    templates: [
      { name: 'pipeline', dag: { tasks: document.steps.flatMap((step) => tasks(step, itemsOf(step))) } },
      ...document.steps.flatMap((step) => stepTemplates(document, step, settings, itemsOf(step))),
    ],
  };
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? freeName(`${name}-x`, taken) : name;
}

/** What follows a skipped task is omitted, since that task has not succeeded. */
function tasks(step: StepDocument, items: string) {
  const { name, when = [], forEach } = step;
  const needed = upstream(step).map((before) => `${before}.Succeeded`);
  const conditions = when.map(condition);
  const gate = conditions.length > 0 && { when: conditions.join(' && ') };
  const depends = (all: readonly string[]) => all.length > 0 && { depends: all.join(' && ') };
  if (isRayStep(step)) {
    const cluster = { name: items, template: items, ...depends(needed), ...gate };
    return [cluster, { name, template: name, ...depends([`${items}.Succeeded`, ...needed]), ...gate }];
  }
  if (forEach === undefined) return [{ name, template: name, ...depends(needed), ...gate }];
  const { step: source, output } = forEach.from;
  const withParam = `{{tasks.${source}.outputs.parameters.${listParameterOf(output)}}}`;
  const each = { arguments: { parameters: [{ name: 'item', value: '{{item}}' }] }, withParam };
  // Over an empty list Argo skips the items, and all of none are there; the gate tells this from a "no".
  const done = `(${items}.Succeeded || ${items}.Skipped)`;
  return [
    { name: items, template: items, ...depends(needed), ...gate, ...each },
    { name, template: name, ...depends([done, ...needed]), ...gate },
  ];
}

function condition({ metric, operator, bound }: Condition): string {
  return `${reference(metric)} ${operator} ${typeof bound === 'number' ? bound : reference(bound)}`;
}

function reference(metric: MetricReference): string {
  return `{{tasks.${metric.step}.outputs.parameters.${parameterOf(metric)}}}`;
}

const spec = z.object({
  templates: z.array(
    z.object({
      name: z.string(),
      resource: z.object({}).optional(),
      dag: z
        .object({
          tasks: z.array(
            z.object({
              name: z.string(),
              depends: z.string().optional(),
              when: z.string().optional(),
              withParam: z.string().optional(),
            }),
          ),
        })
        .optional(),
    }),
  ),
});
const workflow = z.object({ spec: z.union([spec, z.object({ workflowSpec: spec })]) });

function readGraph(files: CompiledFiles): Graph {
  const parsed = workflow.parse(parse(fileOf(files, FILE))).spec;
  const { templates } = 'workflowSpec' in parsed ? parsed.workflowSpec : parsed;
  const all = templates.flatMap(({ dag }) => dag?.tasks ?? []);
  const clusters = new Set(templates.filter(({ resource }) => resource !== undefined).map(({ name }) => name));
  const steps = all.filter(({ name, withParam }) => withParam === undefined && !clusters.has(name));
  const names = new Set(steps.map(({ name }) => name));
  const edges = steps.flatMap(({ name, depends = '' }) =>
    [...depends.matchAll(/([\w-]+)\.Succeeded/g)]
      .map(([, before = '']): [string, string] => [before, name])
      .filter(([before]) => names.has(before)),
  );
  return { steps: [...names], edges, gated: steps.filter(({ when }) => when !== undefined).map(({ name }) => name) };
}
