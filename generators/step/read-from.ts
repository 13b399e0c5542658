import { posix, relative } from 'node:path';
import type { PlacedStep } from '@ml-platform/pipeline';
import { camelCase } from 'change-case';
import type { Output } from './find-inputs.ts';
import type { Addition, PipelineSource } from './pipeline-source.ts';
import type { Source } from './place-step.ts';

/** A step is known by its module, and where this defines several, by its name. */
export function readFrom({ step, output }: Output, folder: string): Source {
  return {
    step: step.name,
    output,
    isIt: (addition, imports) =>
      addition.name === step.name || (isUnnamed(step, addition) && isFrom(step, addition, imports, folder)),
  };
}

function isUnnamed({ name, step }: PlacedStep, addition: Addition): boolean {
  return addition.name === undefined && name === step.name;
}

function isFrom({ step }: PlacedStep, addition: Addition, imports: PipelineSource['imports'], folder: string): boolean {
  const specifier = imports.get(addition.step);
  const defined = relative(folder, step.definedIn).replaceAll('\\', '/');
  const isHere = specifier === undefined && defined === 'pipeline.ts';
  const isThere = specifier !== undefined && posix.normalize(specifier) === defined;
  return isThere || (isHere && addition.step === camelCase(step.name));
}
