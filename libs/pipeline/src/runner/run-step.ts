import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { messageOf, PlatformError, suggest } from '@ml-platform/errors';
import type { Pipeline, PlacedStep } from '../definition/define-pipeline.ts';
import type { PipelineDocument, StepDocument } from '../document/document.ts';
import { parseDuration } from '../document/quantities.ts';
import { projectRoot, toDocument } from '../document/to-document.ts';
import { parseOverrides } from '../params/overrides.ts';
import { readParamsFiles } from '../params/params-file.ts';
import { checkParams, checkSections, resolveParams } from '../params/resolve-params.ts';
import { findInputs, type InputPaths, loopItems } from './find-inputs.ts';
import { skipReason } from './gate.ts';
import { artifactsFolder, lockFile, runRecordFile, SKIP_MARKER } from './layout.ts';
import { checkMetricFiles, type MetricFiles, publishMetrics } from './publish-metrics.ts';
import { runImplementation } from './run-implementation.ts';
import { type DatasetRecord, hashArtifact, writeRunRecord } from './run-record.ts';
import { isCurrent, reuseKey } from './reuse.ts';
import { replaceFolder } from './staged-folder.ts';
import { withLock } from './step-lock.ts';

export interface RunOptions {
  readonly step: string;
  readonly environment?: string;
  /** `name=value` texts, as given to `--param`. */
  readonly params?: readonly string[];
  /** Absolute path of the folder that holds artifacts and run records; the project's own unless given. */
  readonly store?: string;
  /** Leaves what is there where it was made from the same code, parameters and inputs. */
  readonly reuse?: boolean;
  /** Where to write single metrics for an engine's own gates. */
  readonly metricFiles?: MetricFiles;
  readonly log?: (message: string) => void;
  readonly signal?: AbortSignal;
}

export interface StepResult {
  readonly step: string;
  readonly status: 'done' | 'skipped' | 'unchanged';
  /** Why it was skipped. */
  readonly reason?: string;
  readonly seconds: number;
  /** Absolute path per output; in an object store, the path below it. */
  readonly outputs: Readonly<Record<string, string>>;
}

interface Place {
  readonly pipeline: Pipeline;
  readonly document: PipelineDocument;
  readonly placed: PlacedStep;
  readonly described: StepDocument;
  readonly project: string;
  /** The folder that holds artifacts and run records. */
  readonly store: string;
}

/**
 * Runs one step of a pipeline, in its project's folder or on another store: resolves parameters, asks the gate, finds the inputs, gives the
 * step fresh output paths, checks what it wrote, puts it in place by renaming, and leaves a run record.
 *
 * @throws PlatformError `notFound` for an unknown step or an input not yet made, `config` for wrong parameters, `step`
 * for a step that failed or forgot an output, `busy` where the same step runs elsewhere.
 */
export async function runStep(pipeline: Pipeline, options: RunOptions): Promise<StepResult> {
  const place = locate(pipeline, options);
  const { document, placed, described, project, store } = place;
  const files = readParamsFiles(project, options.environment);
  checkSections(document, files);
  const overrides = parseOverrides(document, options.params ?? []);
  const sources = { key: described.paramsKey, files, overrides, fixed: placed.fixedParams, project };
  checkParams(placed.step.params, sources, described.forEach?.param);
  checkMetricFiles(described, options.metricFiles ?? {});
  const paramsOf: ParamsOf = (item) =>
    resolveParams(placed.step.params, { ...sources, fixed: { ...placed.fixedParams, ...item } });
  const { log } = options;
  return withLock(lockFile(store, described.name), () => runLocked(place, paramsOf, options), log ? { log } : {});
}

/** A step's parameters; in a loop, with the item in its parameter. */
type ParamsOf = (item: Readonly<Record<string, unknown>>) => Record<string, unknown>;

async function runLocked(place: Place, paramsOf: ParamsOf, options: RunOptions): Promise<StepResult> {
  const { document, placed, described, project, store } = place;
  const startedAt = new Date();
  const target = artifactsFolder(store, described.name);
  const seconds = () => (Date.now() - startedAt.getTime()) / 1000;
  const reason = await skipReason(document, described, store);
  if (reason !== undefined) {
    await replaceFolder(target, (staging) => writeFile(join(staging, SKIP_MARKER), `${JSON.stringify({ reason })}\n`));
    await rm(runRecordFile(store, described.name), { force: true });
    return { step: described.name, status: 'skipped', reason, seconds: seconds(), outputs: {} };
  }
  const inputs = await findInputs(document, placed, store);
  const runs = (await loopItems(document, described, store)).map(paramsOf);
  const made = { document, step: described, project, params: runs, inputs: await hashAll(inputs, store) };
  const key = reuseKey(made);
  const outputs = outputPaths(described, target);
  const result = (status: StepResult['status']) => ({ step: described.name, status, seconds: seconds(), outputs });
  const current = () => isCurrent(runRecordFile(store, described.name), key, () => hashAll(outputs, store));
  const publish = () => publishMetrics(described, target, options.metricFiles ?? {});
  if (options.reuse && described.cache !== false && (await current())) {
    await publish();
    return result('unchanged');
  }
  await replaceFolder(target, async (staging) => {
    for (const [index, params] of runs.entries()) {
      const paths = described.forEach ? await itemPaths(described, staging, index) : outputPaths(described, staging);
      await runInto(paths, place, params, inputs, options);
    }
    if (options.signal?.aborted) throw stopped(place, options.signal);
  });
  await writeRunRecord(runRecordFile(store, described.name), {
    runId: randomUUID(),
    pipeline: document.name,
    step: described.name,
    startedAt,
    endedAt: new Date(),
    params: described.forEach ? runs : runs[0],
    reuseKey: key,
    inputs: made.inputs,
    outputs: await hashAll(outputs, store),
  });
  await publish();
  return result('done');
}

function locate(pipeline: Pipeline, { step: name, store }: Pick<RunOptions, 'step' | 'store'>): Place {
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

/** Outputs of one run of a loop: a folder per output, a numbered file or folder per item. */
async function itemPaths({ outputs }: StepDocument, folder: string, index: number): Promise<Record<string, string>> {
  const entries = Object.entries(outputs).map(async ([name, { path }]) => {
    await mkdir(join(folder, path), { recursive: true });
    return [name, join(folder, path, `${String(index).padStart(6, '0')}${extname(path)}`)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function runInto(
  outputs: Record<string, string>,
  place: Place,
  params: Record<string, unknown>,
  inputs: InputPaths,
  { log = () => undefined, signal }: RunOptions,
): Promise<void> {
  const { placed, described, project } = place;
  const timeout = described.timeout ? AbortSignal.timeout((parseDuration(described.timeout) ?? 0) * 1000) : undefined;
  const signals = [signal, timeout].filter((one) => one !== undefined);
  const either = AbortSignal.any(signals);
  const context = { step: described.name, params, inputs, outputs, project, log, signal: either };
  try {
    await runImplementation(placed.step, described.runner, context);
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

function stopped(place: Place, { reason }: AbortSignal): PlatformError {
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

function nameOf({ document, described }: Place): string {
  return `step '${described.name}' of '${document.name}'`;
}

function commandOf({ document, described }: Place): string {
  return `npx nx run ${document.name}:${described.name}`;
}

function outputPaths({ outputs }: StepDocument, folder: string): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { path }]) => [name, join(folder, path)]));
}

async function checkOutputs({ name, step }: PlacedStep, outputs: Record<string, string>): Promise<void> {
  for (const [output, path] of Object.entries(outputs)) {
    if (!existsSync(path)) {
      throw new PlatformError(`step '${name}' did not write its output '${output}'`, {
        code: 'step',
        hint: `write it to outputs.${output}, or take it out of the step's definition`,
      });
    }
    try {
      await step.outputs[output]?.check(path);
    } catch (cause) {
      throw new PlatformError(`output '${output}' of step '${name}' ${messageOf(cause)}`, {
        code: 'step',
        hint: `it is declared ${step.outputs[output]?.kind}: write one, or declare what it is`,
        cause,
      });
    }
  }
}

async function hashAll(paths: InputPaths, store: string): Promise<DatasetRecord[]> {
  const all = Object.values(paths).flat();
  return Promise.all(
    all.map(async (path) => ({
      name: path.slice(store.length + 1).replaceAll('\\', '/'),
      sha256: await hashArtifact(path),
    })),
  );
}
