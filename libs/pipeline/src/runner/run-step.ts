import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import type { Pipeline, PlacedStep } from '../definition/define-pipeline.ts';
import type { OutputReference, PipelineDocument, StepDocument } from '../document/document.ts';
import { parseDuration } from '../document/quantities.ts';
import { projectRoot, toDocument } from '../document/to-document.ts';
import { parseOverrides } from '../params/overrides.ts';
import { readParamsFiles } from '../params/params-file.ts';
import { checkSections, resolveParams } from '../params/resolve-params.ts';
import { skipReason } from './gate.ts';
import { artifactPath, artifactsFolder, lockFile, runRecordFile, SKIP_MARKER } from './layout.ts';
import { runImplementation } from './run-implementation.ts';
import { type DatasetRecord, hashArtifact, writeRunRecord } from './run-record.ts';
import { replaceFolder } from './staged-folder.ts';
import { withLock } from './step-lock.ts';

export interface RunOptions {
  readonly step: string;
  readonly environment?: string;
  /** `name=value` texts, as given to `--param`. */
  readonly params?: readonly string[];
  readonly log?: (message: string) => void;
  readonly signal?: AbortSignal;
}

export interface StepResult {
  readonly step: string;
  readonly status: 'done' | 'skipped';
  /** Why it was skipped. */
  readonly reason?: string;
  readonly seconds: number;
  /** Absolute path per output. */
  readonly outputs: Readonly<Record<string, string>>;
}

interface Place {
  readonly pipeline: Pipeline;
  readonly document: PipelineDocument;
  readonly placed: PlacedStep;
  readonly described: StepDocument;
  readonly project: string;
}

/**
 * Runs one step of a pipeline in its project's folder: resolves parameters, asks the gate, finds the inputs, gives the
 * step fresh output paths, checks what it wrote, puts it in place by renaming, and leaves a run record.
 *
 * @throws PlatformError `notFound` for an unknown step or an input not yet made, `config` for wrong parameters, `step`
 * for a step that failed or forgot an output, `busy` where the same step runs elsewhere.
 */
export async function runStep(pipeline: Pipeline, options: RunOptions): Promise<StepResult> {
  const place = locate(pipeline, options.step);
  const { document, placed, described, project } = place;
  const files = readParamsFiles(project, options.environment);
  checkSections(document, files);
  const overrides = parseOverrides(document, options.params ?? []);
  const paramsOf: ParamsOf = (item) =>
    resolveParams(placed.step.params, {
      key: described.paramsKey,
      files,
      overrides,
      fixed: { ...placed.fixedParams, ...item },
    });
  if (described.forEach === undefined) paramsOf({});
  return withLock(lockFile(project, described.name), () => runLocked(place, paramsOf, options));
}

/** A step's parameters; in a loop, with the item in its parameter. */
type ParamsOf = (item: Readonly<Record<string, unknown>>) => Record<string, unknown>;

async function runLocked(place: Place, paramsOf: ParamsOf, options: RunOptions): Promise<StepResult> {
  const { document, described, project } = place;
  const startedAt = new Date();
  const target = artifactsFolder(project, described.name);
  const seconds = () => (Date.now() - startedAt.getTime()) / 1000;
  const reason = await skipReason(document, described, project);
  if (reason !== undefined) {
    await replaceFolder(target, (staging) => writeFile(join(staging, SKIP_MARKER), `${JSON.stringify({ reason })}\n`));
    await rm(runRecordFile(project, described.name), { force: true });
    return { step: described.name, status: 'skipped', reason, seconds: seconds(), outputs: {} };
  }
  const inputs = await findInputs(place);
  const runs = (await loopItems(place)).map(paramsOf);
  await replaceFolder(target, async (staging) => {
    for (const [index, params] of runs.entries()) {
      const outputs = described.forEach ? await itemPaths(described, staging, index) : outputPaths(described, staging);
      await runInto(outputs, place, params, inputs, options);
    }
  });
  await record(place, runs, inputs, startedAt);
  return { step: described.name, status: 'done', seconds: seconds(), outputs: outputPaths(described, target) };
}

function locate(pipeline: Pipeline, name: string): Place {
  const document = toDocument(pipeline);
  const placed = pipeline.steps.find((step) => step.name === name);
  const described = document.steps.find((step) => step.name === name);
  if (placed && described) return { pipeline, document, placed, described, project: projectRoot(pipeline) };
  throw new PlatformError(`pipeline '${pipeline.name}' has no step '${name}'`, {
    code: 'notFound',
    hint: `steps: ${pipeline.steps.map((step) => step.name).join(', ')}`,
  });
}

type InputPaths = Readonly<Record<string, string | readonly string[]>>;

async function findInputs({ document, described, project }: Place): Promise<InputPaths> {
  const inputs: Record<string, string | readonly string[]> = {};
  for (const [name, { from, many }] of Object.entries(described.inputs)) {
    const paths = await Promise.all(from.map((source) => findArtifacts(document, source, project)));
    inputs[name] = many ? paths.flat() : (paths[0]?.[0] ?? '');
  }
  return inputs;
}

/** One path; of a step that loops, one per item in the list's order. */
async function findArtifacts(document: PipelineDocument, source: OutputReference, project: string): Promise<string[]> {
  const path = findArtifact(document, source, project);
  const loops = document.steps.find(({ name }) => name === source.step)?.forEach !== undefined;
  return loops ? (await readdir(path)).sort().map((name) => join(path, name)) : [path];
}

/** What a step runs over: a list of one empty item, or one item per entry of the list that another step wrote. */
async function loopItems({ document, described, project }: Place): Promise<Readonly<Record<string, unknown>>[]> {
  if (described.forEach === undefined) return [{}];
  const { param, from } = described.forEach;
  const path = findArtifact(document, from, project);
  const list: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (Array.isArray(list)) return list.map((item) => ({ [param]: item as unknown }));
  throw new PlatformError(`step '${described.name}' loops over ${path}, which holds no JSON list`, {
    code: 'data',
    hint: `let '${from.step}' write a list, such as ["JFK", "LAX"]`,
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

function findArtifact(document: PipelineDocument, source: OutputReference, project: string): string {
  const path = artifactPath(document, source, project);
  if (existsSync(path)) return path;
  throw new PlatformError(`input ${path} isn't there`, {
    code: 'notFound',
    hint: `run '${source.step}' first: npx nx run ${document.name}:${source.step}`,
  });
}

async function runInto(
  outputs: Record<string, string>,
  { placed, described, document, project }: Place,
  params: Record<string, unknown>,
  inputs: InputPaths,
  { log = () => undefined, signal }: RunOptions,
): Promise<void> {
  const timeout = described.timeout ? AbortSignal.timeout((parseDuration(described.timeout) ?? 0) * 1000) : undefined;
  const signals = [signal, timeout].filter((one) => one !== undefined);
  const context = { step: described.name, params, inputs, outputs };
  try {
    await runImplementation(placed.step, described.runner, {
      ...context,
      project,
      log,
      signal: AbortSignal.any(signals),
    });
  } catch (cause) {
    if (cause instanceof PlatformError) throw cause;
    const said = timeout?.aborted
      ? `took longer than its timeout of ${described.timeout}`
      : `failed: ${messageOf(cause)}`;
    throw new PlatformError(`step '${described.name}' of '${document.name}' ${said}`, {
      code: 'step',
      hint: `mend it, then: npx nx run ${document.name}:${described.name}`,
      cause,
    });
  }
  await checkOutputs(placed, outputs);
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

async function record(place: Place, params: unknown, inputs: InputPaths, startedAt: Date): Promise<void> {
  const { document, described, project } = place;
  const outputs = outputPaths(described, artifactsFolder(project, described.name));
  await writeRunRecord(runRecordFile(project, described.name), {
    runId: randomUUID(),
    pipeline: document.name,
    step: described.name,
    startedAt,
    endedAt: new Date(),
    params,
    inputs: await hashAll(inputs, project),
    outputs: await hashAll(outputs, project),
  });
}

async function hashAll(paths: InputPaths, project: string): Promise<DatasetRecord[]> {
  const all = Object.values(paths).flat();
  return Promise.all(
    all.map(async (path) => ({
      name: path.slice(project.length + 1).replaceAll('\\', '/'),
      sha256: await hashArtifact(path),
    })),
  );
}
