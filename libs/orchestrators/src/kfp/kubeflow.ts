import type { PipelineDocument } from '@ml-platform/pipeline';
import { stringify } from 'yaml';
import type { CompiledFiles, Target } from '../target.ts';
import { checkKubeflowLimits } from './kubeflow-limits.ts';
import { kubernetesAccelerator, kubernetesPlatform } from './kubernetes-platform.ts';
import { pipelineSpec } from './pipeline-spec.ts';
import { PIPELINE_FILE, readKfpGraph } from './read-graph.ts';
import { resourceSpec } from './resources.ts';
import type { KubeflowSettings } from './settings.ts';
import { SHARED_FEATURES } from './shared-features.ts';
import { runnerArguments, type StepInterface } from './step-component.ts';

/**
 * Kubeflow Pipelines 2.17 and later: a container per step. The first file is what `kfp` uploads; where the pipeline has a
 * schedule, the second is the body of `POST /apis/v2beta1/recurringruns`.
 */
export const kubeflow: Target<KubeflowSettings> = {
  name: 'kubeflow',
  title: 'Kubeflow Pipelines',
  features: {
    ...SHARED_FEATURES,
    timeout: { by: 'engine', how: 'activeDeadlineSeconds of the Pod; in a loop that of the runner, item by item' },
    cpu: { by: 'engine', how: 'a limit of the container' },
    memory: { by: 'engine', how: 'a limit of the container' },
    disk: {
      by: 'nobody',
      how: "a container has what its node's disk has; Kubeflow's format has no place to ask for more",
    },
    accelerator: { by: 'engine', how: 'a resource of the nodes, by type in the settings' },
    spot: { by: 'engine', how: 'nodeSelector and tolerations in the settings' },
    schedule: { by: 'engine', how: "a recurring run, in the installation's one time zone" },
    labels: { by: 'engine', how: 'labels of the Pods' },
  },
  compile,
  readGraph: readKfpGraph,
};

function compile(document: PipelineDocument, settings: KubeflowSettings): CompiledFiles {
  checkKubeflowLimits(document, settings);
  const spec = pipelineSpec(document, settings, (step) => containerOf(step, settings));
  const platform = kubernetesPlatform(document, settings);
  const documents = [spec, ...(platform ? [platform] : [])];
  const files = new Map([[PIPELINE_FILE, documents.map(yaml).join('---\n')]]);
  if (document.schedule === undefined) return files;
  const body = recurringRun(document, platform ? { pipeline_spec: spec, platform_spec: platform } : spec, settings);
  return files.set('recurring-run.json', `${JSON.stringify(body, null, 2)}\n`);
}

function yaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

function containerOf(step: StepInterface, settings: KubeflowSettings) {
  const accelerator = kubernetesAccelerator(step.step, settings);
  return {
    image: settings.images[step.step.runner.language],
    command: [...(settings.command ?? ['run-step'])],
    args: runnerArguments(step, settings),
    ...resourceSpec(step.step, accelerator && { type: accelerator.resource, count: accelerator.count }),
  };
}

/** Its cron has a field for seconds before the five that all others have. */
function recurringRun({ name, description, schedule }: PipelineDocument, spec: object, settings: KubeflowSettings) {
  const { serviceAccount, experiment, root } = settings;
  return {
    display_name: name,
    ...(description !== undefined && { description }),
    pipeline_spec: spec,
    runtime_config: { parameters: {}, ...(root !== undefined && { pipeline_root: root }) },
    ...(serviceAccount !== undefined && { service_account: serviceAccount }),
    ...(experiment !== undefined && { experiment_id: experiment }),
    trigger: { cron_schedule: { cron: `0 ${schedule?.cron}` } },
    max_concurrency: '1',
    no_catchup: true,
    mode: 'ENABLE',
  };
}
