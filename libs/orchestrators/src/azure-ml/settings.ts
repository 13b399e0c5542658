import { z } from 'zod';
import { tuningSettings } from '../tuning.ts';

const cluster = z.strictObject({
  /** Name of a compute cluster of the workspace. */
  cluster: z.string(),
  /** Size of its virtual machines, such as `Standard_D4ds_v4`. */
  size: z.string(),
  /** Its machines have low priority: they can be taken away. */
  spot: z.boolean().exactOptional(),
});

/** What the document doesn't say: the images, where jobs run, and where their artifacts lie. */
export const azureMlSettings = z.strictObject({
  /**
   * By the language of a step: an image, whose tag must change with what is in it, since Azure reuses what the same image
   * made; or an environment of the workspace, `azureml:NAME:VERSION`.
   */
  images: z.strictObject({ typescript: z.string(), python: z.string() }),
  /** The workspace's folder in the image, absolute: a job starts in a folder of Azure's. */
  workspace: z.string().startsWith('/'),
  /** `serverless`, or clusters: a step runs on the smallest machine that has what it asks for. */
  compute: z.union([z.literal('serverless'), z.array(cluster).min(1)]),
  /** Name of the datastore that artifacts are kept in; the workspace's own unless given. */
  datastore: z.string().exactOptional(),
  /** Whose rights a job has: those of who submits it, or of a managed identity. */
  identity: z.enum(['user', 'managed']).exactOptional(),
  /** Of each job's container, such as `8g`. */
  sharedMemory: z
    .string()
    .regex(/^[1-9]\d*[bkmg]$/)
    .exactOptional(),
  /** What the image calls the step runner by; `run-step` unless given. */
  command: z.array(z.string()).exactOptional(),
  /** By the name of a step that searches: Azure leads the search, as a sweep with a command job per trial. */
  steps: z.record(z.string(), tuningSettings).exactOptional(),
});

export const AZURE_ML_EXAMPLE = `azure-ml:
  images: { typescript: acme.azurecr.io/steps:1, python: acme.azurecr.io/steps-python:1 }
  workspace: /workspace
  compute: serverless`;

export type AzureMlSettings = z.infer<typeof azureMlSettings> & {
  /** Path of the pipeline's file in the image, from the workspace's folder. */
  readonly pipeline: string;
};

export type Cluster = z.infer<typeof cluster>;
