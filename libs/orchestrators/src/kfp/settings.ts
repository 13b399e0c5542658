import { z } from 'zod';
import { tuningSettings } from '../tuning.ts';

/**
 * Both engines hand out an earlier result where image, command and inputs are the same, and know the image by its name
 * alone: one that moves would bring back what older code made.
 */
const image = z
  .string()
  .regex(/(@sha256:[0-9a-f]{64}|:[\w][\w.-]*)$/, 'needs a tag or a digest of its own for each build: acme/steps:1')
  .refine(
    (name) => !name.endsWith(':latest'),
    'is :latest, so results of older code would be reused: give a build its own tag',
  );

const images = z.strictObject({ typescript: image, python: image });

const toleration = z.strictObject({
  key: z.string().exactOptional(),
  operator: z.enum(['Exists', 'Equal']).exactOptional(),
  value: z.string().exactOptional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).exactOptional(),
});

/** Where Pods of one kind may run, as Kubernetes says it. */
const placement = z.strictObject({
  nodeSelector: z.record(z.string(), z.string()).exactOptional(),
  tolerations: z.array(toleration).exactOptional(),
});

const program = {
  /** Images by the language of a step. */
  images,
  /** What the image calls the step runner by; `run-step` unless given. */
  command: z.array(z.string()).exactOptional(),
};

/** What the document doesn't say: the images, where artifacts lie, and where Pods may run. */
export const kubeflowSettings = z.strictObject({
  ...program,
  /** `s3://…`, `gs://…` or `minio://…`: where artifacts lie; the installation's own place unless given. */
  root: z.string().exactOptional(),
  serviceAccount: z.string().exactOptional(),
  /** Id of the experiment that scheduled runs belong to. */
  experiment: z.string().exactOptional(),
  /** The zone in which the installation reads every schedule (its `CRON_SCHEDULE_TIMEZONE`); `UTC` unless given. */
  timezone: z.string().exactOptional(),
  spot: placement.exactOptional(),
  /** By the accelerator's type, with the resource that its nodes offer, such as `nvidia.com/gpu`. */
  accelerators: z.record(z.string(), placement.extend({ resource: z.string() })).exactOptional(),
});

export const KUBEFLOW_EXAMPLE = `kubeflow:
  images: { typescript: acme/steps:1, python: acme/steps-python:1 }
  spot: { nodeSelector: { capacity: spot } }`;

/** What the document doesn't say: the images, the project, and as whom steps run. */
export const vertexSettings = z.strictObject({
  ...program,
  project: z.string(),
  location: z.string(),
  /** `gs://bucket/prefix`: artifacts lie in a folder per run below it. */
  root: z.string().regex(/^gs:\/\/[^/]+/, 'is no address in Cloud Storage: gs://bucket/prefix'),
  serviceAccount: z.string().exactOptional(),
  /** `projects/NUMBER/global/networks/NAME`. */
  network: z.string().exactOptional(),
  /** `projects/…/locations/…/keyRings/…/cryptoKeys/…`. */
  encryptionKey: z.string().exactOptional(),
  /** By the name of a step that searches: Vertex AI leads the search, with a custom job per trial. */
  steps: z.record(z.string(), tuningSettings).exactOptional(),
});

export const VERTEX_EXAMPLE = `vertex:
  project: acme
  location: europe-west4
  root: gs://acme-lake/runs
  images: { typescript: europe-docker.pkg.dev/acme/steps:1, python: europe-docker.pkg.dev/acme/steps-python:1 }`;

interface InImage {
  /** Path of the pipeline's file in the image. */
  readonly pipeline: string;
}

export type KubeflowSettings = z.infer<typeof kubeflowSettings> & InImage;
export type VertexSettings = z.infer<typeof vertexSettings> & InImage;
export type Placement = z.infer<typeof placement>;

/** What the compilers to both engines read. */
export type KfpSettings = Pick<KubeflowSettings, 'images' | 'command' | 'pipeline' | 'root'>;
