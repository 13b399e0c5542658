import { PlatformError, suggest } from '@ml-platform/errors';
import type { Pipeline, PlacedStep } from '../definition/define-pipeline.ts';
import type { PipelineDocument, StepDocument } from '../document/document.ts';
import { projectRoot, toDocument } from '../document/to-document.ts';

/** A step to be run, and where. */
export interface Place {
  readonly pipeline: Pipeline;
  readonly document: PipelineDocument;
  readonly placed: PlacedStep;
  readonly described: StepDocument;
  readonly project: string;
  /** The folder that holds artifacts and run records. */
  readonly store: string;
}

/** @throws PlatformError `notFound` for a step that the pipeline doesn't have. */
export function locate(
  pipeline: Pipeline,
  { step: name, store }: { readonly step: string; readonly store?: string },
): Place {
  const document = toDocument(pipeline);
  const placed = pipeline.steps.find((step) => step.name === name);
  const described = document.steps.find((step) => step.name === name);
  const project = projectRoot(pipeline);
  if (placed && described) return { pipeline, document, placed, described, project, store: store ?? project };
  throw new PlatformError(`pipeline '${pipeline.name}' has no step '${name}'`, {
    code: 'notFound',
    hint: suggest(
      name,
      pipeline.steps.map((step) => step.name),
      'steps',
    ),
  });
}

export function nameOf({ document, described }: Place): string {
  return `step '${described.name}' of '${document.name}'`;
}

export function commandOf({ document, described }: Place): string {
  return `npx nx run ${document.name}:${described.name}`;
}
