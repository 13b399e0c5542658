import { z } from 'zod';
import { nodeSettings } from '../kubernetes/placement.ts';

/** What the document doesn't say: the images, where artifacts lie, and where Pods may run. */
export const argoSettings = nodeSettings.extend({
  /** `s3://bucket/prefix`, `gs://…` or `az://…`: each workflow gets the folder of its name below it. */
  lake: z.string(),
  /** Images by the language of a step. */
  images: z.strictObject({ typescript: z.string(), python: z.string() }),
  namespace: z.string().exactOptional(),
  serviceAccount: z.string().exactOptional(),
  /** What the image calls the step runner by; `run-step` unless given. */
  command: z.array(z.string()).exactOptional(),
  /** For steps that are written for Ray: the workers of the cluster that each gets, and the version of Ray in the image. */
  ray: z.strictObject({ workers: z.int().positive(), version: z.string().exactOptional() }).exactOptional(),
});

export const ARGO_EXAMPLE = `argo:
  lake: s3://acme-lake/runs
  images: { typescript: acme/steps:1, python: acme/steps-python:1 }
  spot: { nodeSelector: { capacity: spot } }`;

export type ArgoSettings = z.infer<typeof argoSettings> & {
  /** Path of the pipeline's file in the image. */
  readonly pipeline: string;
};
