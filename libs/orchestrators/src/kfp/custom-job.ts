import { parseMemory, type PipelineDocument, type StepDocument } from '@ml-platform/pipeline';
import { engineTimeout } from '../timeout.ts';
import { type Container, placeholder } from './ir.ts';
import { machineType, vertexAccelerator } from './machine-types.ts';
import type { VertexSettings } from './settings.ts';
import { runnerArguments, type StepInterface } from './step-component.ts';
import { PARAMS } from './channels.ts';

/** Google's own launcher, of google-cloud-pipeline-components: it starts a custom job, and waits for its end. */
const LAUNCHER = {
  image: 'gcr.io/ml-pipeline/google-cloud-pipeline-components:2.22.0',
  command: ['python3', '-u', '-m', 'google_cloud_pipeline_components.container.v1.custom_job.launcher'],
} as const;

/** The launcher's output, by which it finds its job again after a restart. */
export const JOB_RESOURCES = 'gcp_resources';

/** The machine's disk unless a step asks for more, in GB; an image has to fit as well. */
const BOOT_DISK = 100;

/** Whether a step asks for what a container task of Vertex AI can't have, and a custom job can. */
export function isCustomJob(step: StepDocument): boolean {
  return step.spot === true || step.resources?.disk !== undefined || engineTimeout(step) !== undefined;
}

/** A container that starts the step as a custom job. */
export function customJobContainer(
  document: PipelineDocument,
  step: StepInterface,
  settings: VertexSettings,
): Container {
  return {
    image: LAUNCHER.image,
    command: LAUNCHER.command,
    args: [
      ...['--type', 'CustomJob', '--payload', JSON.stringify(payload(document, step, settings))],
      ...['--project', settings.project, '--location', settings.location],
      ...['--gcp_resources', placeholder.outputFile(JOB_RESOURCES)],
    ],
  };
}

/** A `CustomJob` of the API, in the names of its protocol buffers, which is what the launcher reads. */
function payload(document: PipelineDocument, { step, ...rest }: StepInterface, settings: VertexSettings) {
  const { labels = {}, name } = document;
  const { serviceAccount, network, encryptionKey } = settings;
  const timeout = engineTimeout(step);
  // Escaped once, for the place is within a JSON text, as in Google's own components.
  const params = `{{$.inputs.parameters['${PARAMS}'].json_escape[0]}}`;
  return {
    display_name: `${name}-${step.name}`,
    job_spec: {
      worker_pool_specs: [
        {
          machine_spec: machineSpec(document, step),
          replica_count: 1,
          disk_spec: { boot_disk_type: 'pd-ssd', boot_disk_size_gb: bootDisk(step) },
          container_spec: {
            image_uri: settings.images[step.runner.language],
            command: settings.command ?? ['run-step'],
            args: runnerArguments({ step, ...rest }, settings, params),
          },
        },
      ],
      scheduling: {
        strategy: step.spot ? 'SPOT' : 'STANDARD',
        ...(timeout !== undefined && { timeout: `${timeout}s` }),
      },
      ...(serviceAccount !== undefined && { service_account: serviceAccount }),
      ...(network !== undefined && { network }),
    },
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(encryptionKey !== undefined && { encryption_spec: { kms_key_name: encryptionKey } }),
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
