import { parseMemory, type PipelineDocument, type StepDocument } from '@ml-platform/pipeline';
import { engineTimeout } from '../timeout.ts';
import { type Container, placeholder } from './ir.ts';
import { machineType, vertexAccelerator } from './machine-types.ts';
import type { VertexSettings } from './settings.ts';
import { runnerArguments, type StepInterface } from './step-component.ts';
import { PARAMS } from './channels.ts';

/** Google's own launchers, of google-cloud-pipeline-components: each starts a job, and waits for its end. */
const LAUNCHERS = {
  image: 'gcr.io/ml-pipeline/google-cloud-pipeline-components:2.22.0',
  modules: { CustomJob: 'custom_job', HyperparameterTuningJob: 'hyperparameter_tuning_job' },
} as const;

/** The launcher's output, by which it finds its job again after a restart. */
export const JOB_RESOURCES = 'gcp_resources';

/** The machine's disk unless a step asks for more, in GB; an image has to fit as well. */
const BOOT_DISK = 100;

/** Whether a step asks for what a container task of Vertex AI can't have, and a custom job can. */
export function isCustomJob(step: StepDocument): boolean {
  return step.spot === true || step.resources?.disk !== undefined || engineTimeout(step) !== undefined;
}

/** Escaped once, for the place is within a JSON text, as in Google's own components. */
export const PARAMS_IN_JSON = `{{$.inputs.parameters['${PARAMS}'].json_escape[0]}}`;

/** A container that starts the step as a custom job. */
export function customJobContainer(
  document: PipelineDocument,
  step: StepInterface,
  settings: VertexSettings,
): Container {
  const args = runnerArguments(step, settings, PARAMS_IN_JSON);
  const payload = {
    ...jobFields(document, step.step, settings),
    job_spec: jobSpec(document, step.step, settings, args),
  };
  return launcher('CustomJob', payload, settings);
}

/** A container that starts a job of the API, in the names of its protocol buffers, which is what the launcher reads. */
export function launcher(
  type: keyof typeof LAUNCHERS.modules,
  payload: object,
  { project, location }: VertexSettings,
): Container {
  const module = `google_cloud_pipeline_components.container.v1.${LAUNCHERS.modules[type]}.launcher`;
  return {
    image: LAUNCHERS.image,
    command: ['python3', '-u', '-m', module],
    args: [
      ...['--type', type, '--payload', JSON.stringify(payload)],
      ...['--project', project, '--location', location],
      ...['--gcp_resources', placeholder.outputFile(JOB_RESOURCES)],
    ],
  };
}

/** What a job of any kind says of itself. */
export function jobFields({ name, labels = {} }: PipelineDocument, step: StepDocument, settings: VertexSettings) {
  const { encryptionKey } = settings;
  return {
    display_name: `${name}-${step.name}`,
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(encryptionKey !== undefined && { encryption_spec: { kms_key_name: encryptionKey } }),
  };
}

/** A `CustomJobSpec` that runs the step runner with these arguments, on a machine that has what the step asks for. */
export function jobSpec(
  document: PipelineDocument,
  step: StepDocument,
  settings: VertexSettings,
  args: readonly string[],
) {
  const { serviceAccount, network } = settings;
  const timeout = engineTimeout(step);
  return {
    worker_pool_specs: [
      {
        machine_spec: machineSpec(document, step),
        replica_count: 1,
        disk_spec: { boot_disk_type: 'pd-ssd', boot_disk_size_gb: bootDisk(step) },
        container_spec: {
          image_uri: settings.images[step.runner.language],
          command: settings.command ?? ['run-step'],
          args,
        },
      },
    ],
    scheduling: {
      strategy: step.spot ? 'SPOT' : 'STANDARD',
      ...(timeout !== undefined && { timeout: `${timeout}s` }),
    },
    ...(serviceAccount !== undefined && { service_account: serviceAccount }),
    ...(network !== undefined && { network }),
  };
}

function machineSpec(document: PipelineDocument, step: StepDocument) {
  const accelerator = vertexAccelerator(document.name, step);
  return {
    machine_type: machineType(document, step),
    ...(accelerator && { accelerator_type: accelerator.type, accelerator_count: accelerator.count }),
  };
}

function bootDisk({ resources }: StepDocument): number {
  const asked = resources?.disk === undefined ? 0 : (parseMemory(resources.disk) ?? 0) / 1024;
  return Math.max(BOOT_DISK, Math.ceil(asked));
}
