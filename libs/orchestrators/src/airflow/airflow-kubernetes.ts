import type { PipelineDocument, StepDocument } from '@ml-platform/pipeline';
import { z } from 'zod';
import { containerResources, nodeSettings, placement } from '../kubernetes/placement.ts';
import type { CompiledFiles, Target } from '../target.ts';
import { DAG_FEATURES, dagFiles, readDagGraph } from './dag-content.ts';
import { type DagTask, dagTask, SKIPPED } from './tasks.ts';

const DAG_FILE = new URL('./pod_dag.py', import.meta.url);
const ENGINE = { name: 'airflow-kubernetes', title: 'Airflow on Kubernetes' };

/** What the document doesn't say: the images, where artifacts lie, and where Pods may run. */
export const airflowKubernetesSettings = nodeSettings.extend({
  /** `s3://bucket/prefix`, `gs://…` or `az://…`: each run of a DAG gets a folder below it. */
  lake: z.string(),
  /** Images by the language of a step. */
  images: z.strictObject({ typescript: z.string(), python: z.string() }),
  namespace: z.string(),
  serviceAccount: z.string().exactOptional(),
  /** Airflow's connection to the cluster; `kubernetes_default` unless given. */
  connection: z.string().exactOptional(),
  /** What the image calls the step runner by; `run-step` unless given. */
  command: z.array(z.string()).exactOptional(),
});

export const AIRFLOW_KUBERNETES_EXAMPLE = `airflow-kubernetes:
  lake: s3://acme-lake/runs
  images: { typescript: acme/steps:1, python: acme/steps-python:1 }
  namespace: pipelines
  spot: { nodeSelector: { capacity: spot } }`;

export type AirflowKubernetesSettings = z.infer<typeof airflowKubernetesSettings> & {
  /** Path of the pipeline's file in the image. */
  readonly pipeline: string;
};

/** A Pod, in the words of pod_dag.py. */
interface PodTask extends DagTask {
  readonly image: string;
  /** Templates, each one word. */
  readonly arguments: readonly string[];
  readonly resources: object | null;
  readonly nodeSelector: object;
  readonly tolerations: readonly object[];
}

/**
 * Airflow 3 with Pods: a KubernetesPodOperator per step, listed in a JSON file; the DAG file beside it is the same for
 * every pipeline. Artifacts are handed on by the step runner, in the lake, in a folder of the DAG's and the run's name.
 * Format: airflow.apache.org, Task SDK; its provider cncf.kubernetes.
 */
export const airflowKubernetes: Target<AirflowKubernetesSettings> = {
  ...ENGINE,
  features: {
    params: { by: 'engine', how: "params of the DAG; a run's own values reach the steps as --params-json" },
    ...DAG_FEATURES,
    timeout: { by: 'engine', how: "active_deadline_seconds of the Pod; in a loop the runner's, item by item" },
    cpu: { by: 'engine', how: 'requests and limits of the Pod' },
    memory: { by: 'engine', how: 'requests and limits of the Pod' },
    disk: { by: 'engine', how: 'ephemeral-storage of the Pod' },
    accelerator: { by: 'engine', how: 'a resource of the nodes, by type in the settings' },
    spot: { by: 'engine', how: 'nodeSelector and tolerations in the settings' },
  },
  compile,
  readGraph: readDagGraph,
};

function compile(document: PipelineDocument, settings: AirflowKubernetesSettings): CompiledFiles {
  const { namespace, serviceAccount = null, connection = 'kubernetes_default', command = ['run-step'] } = settings;
  const tasks = document.steps.map((step) => podTask(document, step, settings));
  return dagFiles(document, DAG_FILE, { namespace, serviceAccount, connection, command, tasks });
}

function podTask({ name }: PipelineDocument, step: StepDocument, settings: AirflowKubernetesSettings): PodTask {
  const { nodeSelector = {}, tolerations = [] } = placement(step, settings, ENGINE);
  const store = `${settings.lake.replace(/\/+$/, '')}/${name}/{{ run_id | folder }}`;
  const place = ['--pipeline', settings.pipeline, '--step', step.name, '--store', store];
  return {
    ...dagTask(step),
    image: settings.images[step.runner.language],
    arguments: [...place, '--params-json', '{{ params | by_step }}', '--skipped-exit', String(SKIPPED)],
    resources: containerResources(step, settings, ENGINE) ?? null,
    nodeSelector,
    tolerations,
  };
}
