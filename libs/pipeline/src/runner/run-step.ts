import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import type { Ledger } from '../ledger/ledger.ts';
import type { Pipeline } from '../definition/define-pipeline.ts';
import { filledIn } from '../document/check-document.ts';
import { parseOverrides } from '../params/overrides.ts';
import { readParamsFiles } from '../params/params-file.ts';
import { checkParams, checkSections, mergeParams, resolveParams } from '../params/resolve-params.ts';
import { toPosix } from '../workspace/to-posix.ts';
import { findInputs, type InputPaths, loopItems } from './find-inputs.ts';
import { skipReason, writeMarker } from './gate.ts';
import { artifactsFolder, lockFile, outputPaths, runRecordFile, SKIP_MARKER } from './layout.ts';
import { checkItem, collectItems, itemPaths, placeItem } from './loop.ts';
import { engineTrials, nativeTrial, searchOf } from './native-trial.ts';
import { adoptBest, runNativeTrial } from './native-trial-run.ts';
import { locate, nameOf, type Place } from './place.ts';
import type { RunElsewhere } from './run-on-spark.ts';
import {
  checkListFiles,
  checkMetricFiles,
  metricLines,
  publishLists,
  publishMetrics,
  type ValueFiles,
} from './publish-values.ts';
import { runInto, stopped } from './run-into.ts';
import { type DatasetRecord, hashArtifact, type Trial, writeRunRecord } from './run-record.ts';
import { isCurrent, reuseKey } from './reuse.ts';
import { bestOf, type RunTrial, runTrials } from './run-trials.ts';
import { replaceFolder } from './staged-folder.ts';
import { withLock } from './step-lock.ts';
import { trialValues } from './trials.ts';

export interface RunOptions {
  readonly step: string;
  readonly environment?: string;
  /** `name=value` texts, as given to `--param`. */
  readonly params?: readonly string[];
  /** Absolute path of the folder that holds artifacts and run records; the project's own unless given. */
  readonly store?: string;
  /**
   * Leaves what is there where it was made from the same code, parameters and inputs; in a repository of DVC, brings what
   * `dvc.lock` has of them, and records there what the step leaves.
   */
  readonly reuse?: boolean;
  /** Runs nothing: with `reuse`, records in `dvc.lock` what is there, where it is what a run would leave as it is. */
  readonly recordOnly?: boolean;
  /** Of a loop, the one item to run, from 0: an engine runs the others beside it. */
  readonly item?: number;
  /** Of a loop whose items have all run: looks whether all are there, and leaves the run record. */
  readonly collect?: boolean;
  /** Of a search that an engine leads, the one trial to run: by searched parameter, its value as a text. */
  readonly trial?: Readonly<Record<string, string>>;
  /** Of a search whose trials an engine has run: leaves what the best of them left. */
  readonly bestTrial?: boolean;
  /** Where to write single metrics, by `output.name`, for an engine's own gates. */
  readonly metricFiles?: ValueFiles;
  /** Where to write the indices of a list, by output, for an engine's own fan-out. */
  readonly listFiles?: ValueFiles;
  readonly log?: (message: string) => void;
  readonly signal?: AbortSignal;
  /** Who runs the step's code instead of this process, such as a Spark service. */
  readonly elsewhere?: RunElsewhere;
}

export interface StepResult {
  readonly step: string;
  readonly status: 'done' | 'skipped' | 'unchanged' | 'restored' | 'stale';
  /** Why it was skipped. */
  readonly reason?: string;
  readonly seconds: number;
  /** Absolute path per output; in an object store, the path below it. */
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Runs one step of a pipeline, in its project's folder or on another store: resolves parameters, asks the gate, finds
 * the inputs, gives the step fresh output paths, checks what it wrote, puts it in place by renaming, and leaves a run
 * record.
 *
 * @throws PlatformError `notFound` for an unknown step or an input not yet made, `config` for wrong parameters, `step`
 * for a step that failed or forgot an output, `busy` where the same step runs elsewhere, `usage` for an item of a step
 * that doesn't loop, a trial of one that doesn't search, or a metric or list that the step doesn't have.
 */
export async function runStep(pipeline: Pipeline, options: RunOptions): Promise<StepResult> {
  const place = locate(pipeline, options);
  const { document, placed, described, project, store } = place;
  const files = readParamsFiles(project, options.environment);
  checkSections(document, files);
  const overrides = parseOverrides(document, options.params ?? []);
  const sources = { key: described.paramsKey, files, overrides, fixed: placed.fixedParams, project };
  checkParams(placed.step.params, sources, filledIn(described));
  checkMetricFiles(described, options.metricFiles ?? {});
  checkListFiles(described, options.listFiles ?? {});
  checkLoops(place, options);
  const paramsOf: ParamsOf = (item) =>
    resolveParams(placed.step.params, { ...sources, fixed: { ...placed.fixedParams, ...item } });
  if (options.bestTrial) searchOf(place);
  const trial = options.trial && nativeTrial(place, options.trial);
  const { log, item } = options;
  const part = trial?.id ?? item;
  const lock = lockFile(store, part === undefined ? described.name : `${described.name}.${part}`);
  const isWhole = item === undefined && !options.collect && !options.bestTrial;
  const openLedgerOf = async () => {
    if (!options.reuse || !isWhole) return undefined;
    const { openLedger } = await import('../ledger/ledger.ts');
    return openLedger(place, mergeParams(described.paramsKey, files, overrides), log);
  };
  const run = () =>
    trial ? runNativeTrial(place, trial, paramsOf, options) : runLocked(place, paramsOf, options, openLedgerOf);
  return withLock(lock, run, log ? { log } : {});
}

/** A step's parameters; in a loop or a search, with the values of one run in theirs. */
export type ParamsOf = (item: Readonly<Record<string, unknown>>) => Record<string, unknown>;

function checkLoops(place: Place, { item, collect }: RunOptions): void {
  if (place.described.forEach || (item === undefined && !collect)) return;
  throw new PlatformError(`${nameOf(place)} doesn't loop, it has no items`, {
    code: 'usage',
    hint: 'leave out --item and --collect',
  });
}

async function runLocked(
  place: Place,
  paramsOf: ParamsOf,
  options: RunOptions,
  openLedger: () => Promise<Ledger | undefined>,
): Promise<StepResult> {
  const { document, placed, described, store } = place;
  const startedAt = new Date();
  const target = artifactsFolder(store, described.name);
  const result = (status: StepResult['status'], outputs: StepResult['outputs']): StepResult => {
    return { step: described.name, status, seconds: (Date.now() - startedAt.getTime()) / 1000, outputs };
  };
  const reason = await skipReason(document, described, store);
  if (reason !== undefined) {
    if (options.recordOnly && !existsSync(join(target, SKIP_MARKER))) return result('stale', {});
    if (options.item === undefined) await leaveMarker(place, reason);
    await (await openLedger())?.record();
    return { ...result('skipped', {}), reason };
  }
  const ledger = await openLedger();
  const inputs = await findInputs(document, placed, store);
  const found = options.bestTrial ? await engineTrials(place) : [];
  const runs = options.bestTrial ? found.map(({ params }) => params) : (await valuesByRun(place)).map(paramsOf);
  const outputs = outputPaths(described, target);
  if (options.item !== undefined) {
    await runItem(place, runs, options.item, inputs, options);
    return result('done', outputs);
  }
  const made = {
    document,
    step: described,
    project: place.project,
    params: runs,
    inputs: await hashAll(inputs, store),
  };
  const key = reuseKey(made);
  const record = runRecordFile(store, described.name);
  const isAsMade = () => isCurrent(record, key, () => hashAll(outputs, store));
  if (options.recordOnly) {
    if (!(await isAsMade())) return result('stale', outputs);
    await ledger?.record();
    return result('unchanged', outputs);
  }
  const isReused = options.reuse && described.cache !== false && (await isAsMade());
  const isRestored = !isReused && ledger !== undefined && (await ledger.restore());
  if (!isReused) {
    let trials: readonly Trial[] = found.map(({ params, value }) => ({ params, value }));
    if (isRestored) options.log?.('what dvc.lock has of the same code, parameters and inputs is brought back');
    else if (options.collect) await collectItems(place, target, runs.length);
    else {
      await replaceFolder(target, async (staging) => {
        if (options.bestTrial) await adoptBest(place, found, staging);
        else trials = await runAllInto(staging, place, runs, inputs, options);
      });
    }
    const best = described.tune && trials[bestOf(trials, described.tune.goal)];
    await writeRunRecord(record, {
      runId: randomUUID(),
      pipeline: document.name,
      step: described.name,
      startedAt,
      endedAt: new Date(),
      params: described.forEach || isRestored ? runs : (best?.params ?? runs[0]),
      ...(trials.length > 0 && { trials }),
      reuseKey: key,
      inputs: made.inputs,
      outputs: await hashAll(outputs, store),
    });
  }
  if (isReused) await ledger?.recordUnknown();
  else if (!isRestored) await ledger?.record();
  if (!described.forEach) for (const line of await metricLines(described, target)) options.log?.(line);
  await publishMetrics(described, target, options.metricFiles ?? {});
  await publishLists(described, target, options.listFiles ?? {});
  return result(isReused ? 'unchanged' : isRestored ? 'restored' : 'done', outputs);
}

/** What differs from run to run: one run of nothing else, one per item of a list, or one per trial. */
async function valuesByRun({ document, described, store }: Place): Promise<Readonly<Record<string, unknown>>[]> {
  const { tune } = described;
  if (tune) return Array.from({ length: tune.trials }, (_, trial) => trialValues(tune, trial));
  return loopItems(document, described, store);
}

async function leaveMarker({ described, store }: Place, reason: string): Promise<void> {
  await writeMarker(artifactsFolder(store, described.name), reason);
  await rm(runRecordFile(store, described.name), { force: true });
}

/** Returns the trials of a search. */
async function runAllInto(
  staging: string,
  place: Place,
  runs: readonly Readonly<Record<string, unknown>>[],
  inputs: InputPaths,
  options: RunOptions,
): Promise<readonly Trial[]> {
  const { described } = place;
  const run = async (outputs: Record<string, string>, params: Record<string, unknown>) => {
    await runInto(outputs, place, params, inputs, options);
    if (options.signal?.aborted) throw stopped(place, options.signal);
  };
  if (described.tune) {
    const runTrial: RunTrial = (folder, params) => run(outputPaths(described, folder), params);
    return runTrials(described, described.tune, staging, runs, runTrial, options.log);
  }
  // A loop over nothing leaves empty folders.
  if (described.forEach) await itemPaths(described, staging, 0);
  for (const [index, params] of runs.entries()) {
    await run(described.forEach ? await itemPaths(described, staging, index) : outputPaths(described, staging), params);
  }
  return [];
}

async function runItem(
  place: Place,
  runs: readonly Record<string, unknown>[],
  item: number,
  inputs: InputPaths,
  options: RunOptions,
): Promise<void> {
  const { described, store } = place;
  checkItem(place, item, runs.length);
  const params = runs[item] ?? {};
  await placeItem(described, artifactsFolder(store, described.name), item, async (paths) => {
    await runInto(paths, place, params, inputs, options);
    if (options.signal?.aborted) throw stopped(place, options.signal);
  });
}

async function hashAll(paths: InputPaths, store: string): Promise<DatasetRecord[]> {
  const all = Object.values(paths).flat();
  return Promise.all(
    all.map(async (path) => ({ name: toPosix(path.slice(store.length + 1)), sha256: await hashArtifact(path) })),
  );
}
