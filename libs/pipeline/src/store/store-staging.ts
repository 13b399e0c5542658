import { join } from 'node:path';
import type { ObjectStore } from '@ml-platform/storage';
import { readOutputs, upstream } from '../document/check-document.ts';
import { artifactPath, artifactsFolder, runRecordFile, SKIP_MARKER } from '../runner/layout.ts';
import { trialsFolder } from '../runner/native-trial.ts';
import type { StepResult } from '../runner/run-step.ts';
import { toPosix } from '../workspace/to-posix.ts';
import type { StagedStep, Staging } from './run-staged.ts';
import { fetchBestTrial, putTrial } from './trials-staging.ts';

/** Artifacts kept in an object store, in the layout of a project's folder. */
export function storeStaging(store: ObjectStore): Staging {
  return {
    fetch: (staged) => fetch(staged, store),
    put: (staged, status) => put(staged, store, status),
  };
}

/** What the step reads, and the markers of the steps before it that were skipped; the items that it is to collect. */
async function fetch(staged: StagedStep, store: ObjectStore): Promise<void> {
  const { document, step, folder, options } = staged;
  const markers = upstream(step).map((name) => join(artifactsFolder('', name), SKIP_MARKER));
  const read = readOutputs(step).map((reference) => artifactPath(document, reference, ''));
  const items = options.collect ? [artifactsFolder('', step.name)] : [];
  for (const path of new Set([...markers, ...read, ...items].map(toPosix))) {
    const found = (await store.list(path)).filter((file) => file === path || file.startsWith(`${path}/`));
    for (const file of found) await store.download(file, join(folder, file));
  }
  if (options.bestTrial) await fetchBestTrial(staged, { store, prefix: trialsPrefix(step.name) });
}

function trialsPrefix(step: string): string {
  return `${toPosix(trialsFolder('', step))}/`;
}

/** The run record goes last: where it is, all is. Trials and items have none. Items of a loop go beside each other, and none of them has a record. */
async function put(staged: StagedStep, store: ObjectStore, status: StepResult['status']) {
  const { step, folder, options } = staged;
  if (options.trial) return putTrial(staged, { store, prefix: trialsPrefix(step.name) });
  const artifacts = toPosix(artifactsFolder('', step.name));
  const record = toPosix(runRecordFile('', step.name));
  const isItem = options.item !== undefined;
  await store.remove(record);
  if (isItem && status === 'skipped') return;
  if (!isItem) await store.remove(`${artifacts}/`);
  await store.upload(join(folder, artifacts), artifacts);
  if (!isItem && status === 'done') await store.upload(join(folder, record), record);
}
