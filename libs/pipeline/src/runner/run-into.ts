import { existsSync } from 'node:fs';
import { messageOf, PlatformError } from '@ml-platform/errors';
import type { PlacedStep } from '../definition/define-pipeline.ts';
import { parseDuration } from '../document/quantities.ts';
import { withLocalFiles } from '../store/raw-files.ts';
import type { InputPaths } from './find-inputs.ts';
import { checkArtifact } from './in-store.ts';
import { commandOf, nameOf, type Place } from './place.ts';
import { runImplementation } from './run-implementation.ts';
import type { RunElsewhere } from './run-on-spark.ts';

interface RunControl {
  readonly log?: (message: string) => void;
  readonly signal?: AbortSignal;
  /** Who runs the step's code instead of this process. */
  readonly elsewhere?: RunElsewhere;
}

/**
 * Runs a step's own code once, and looks whether it wrote what it declares.
 *
 * @throws PlatformError `step` where it fails, is stopped, takes longer than its timeout, or forgets an output.
 */
export async function runInto(
  outputs: Record<string, string>,
  place: Place,
  params: Record<string, unknown>,
  inputs: InputPaths,
  { log = () => undefined, signal, elsewhere }: RunControl,
): Promise<void> {
  const { document, placed, described, project } = place;
  const timeout = described.timeout ? AbortSignal.timeout((parseDuration(described.timeout) ?? 0) * 1000) : undefined;
  const signals = [signal, timeout].filter((one) => one !== undefined);
  const either = AbortSignal.any(signals);
  const { resources } = described;
  const context = { step: described.name, inputs, outputs, project, resources, log, signal: either };
  try {
    if (elsewhere) await elsewhere(place, { ...context, params });
    else
      await withLocalFiles(document.params[described.paramsKey] ?? {}, params, (values) =>
        runImplementation(placed.step, described.runner, { ...context, params: values }),
      );
    either.throwIfAborted();
  } catch (cause) {
    if (signal?.aborted) throw stopped(place, signal);
    if (timeout?.aborted) throw tooLong(place, cause);
    if (cause instanceof PlatformError) throw cause;
    throw new PlatformError(`${nameOf(place)} failed: ${messageOf(cause)}`, {
      code: 'step',
      hint: `mend it, then: ${commandOf(place)}`,
      cause,
    });
  }
  await checkOutputs(placed, outputs);
}

/** The error of a step that was told to stop. */
export function stopped(place: Place, { reason }: AbortSignal): PlatformError {
  return new PlatformError(`${nameOf(place)} was stopped: ${messageOf(reason)}`, {
    code: 'step',
    hint: `run it again: ${commandOf(place)}`,
    cause: reason,
  });
}

function tooLong(place: Place, cause: unknown): PlatformError {
  return new PlatformError(`${nameOf(place)} took longer than its timeout of ${place.described.timeout}`, {
    code: 'step',
    hint: `raise the timeout in its definition, or give it less to do; then: ${commandOf(place)}`,
    cause,
  });
}

/**
 * Looks whether a step wrote what it declares.
 *
 * @throws PlatformError `step` for what is missing or is something else.
 */
export async function checkOutputs({ name, step }: PlacedStep, outputs: Record<string, string>): Promise<void> {
  for (const [output, path] of Object.entries(outputs)) {
    if (!existsSync(path)) {
      throw new PlatformError(`step '${name}' did not write its output '${output}'`, {
        code: 'step',
        hint: `write it to outputs.${output}, or take it out of the step's definition`,
      });
    }
    try {
      const type = step.outputs[output];
      if (type) await checkArtifact(type, path);
    } catch (cause) {
      throw new PlatformError(`output '${output}' of step '${name}' ${messageOf(cause)}`, {
        code: 'step',
        hint: `it is declared ${step.outputs[output]?.kind}: write one, or declare what it is`,
        cause,
      });
    }
  }
}
