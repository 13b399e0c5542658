import { join } from 'node:path';
import type { ObjectStore } from '@ml-platform/storage';
import { readOutputs, upstream } from '../document/check-document.ts';
import { artifactPath, artifactsFolder, runRecordFile, SKIP_MARKER } from '../runner/layout.ts';
import type { StepResult } from '../runner/run-step.ts';
import { toPosix } from '../workspace/to-posix.ts';
import type { StagedStep, Staging } from './run-staged.ts';

/** Artifacts kept in an object store, in the layout of a project's folder. */
export function storeStaging(store: ObjectStore): Staging {
  return {
    fetch: (staged) => fetch(staged, store),
    put: (staged, status) => put(staged, store, status),
  };
}

/** What the step reads, and the markers of the steps before it that were skipped; the items that it is to collect. */
async function fetch({ document, step, folder, options }: StagedStep, store: ObjectStore): Promise<void> {
  const markers = upstream(step).map((name) => join(artifactsFolder('', name), SKIP_MARKER));
  const read = readOutputs(step).map((reference) => artifactPath(document, reference, ''));
  const items = options.collect ? [artifactsFolder('', step.name)] : [];
  for (const path of new Set([...markers, ...read, ...items].map(toPosix))) {
    const found = (await store.list(path)).filter((file) => file === path || file.startsWith(`${path}/`));
    for (const file of found) await store.download(file, join(folder, file));
  }
}

/** The run record goes last: where it is, all is. Items of a loop go beside each other, and none of them has a record. */
async function put({ step, folder, options }: StagedStep, store: ObjectStore, status: StepResult['status']) {
  const artifacts = toPosix(artifactsFolder('', step.name));
  const record = toPosix(runRecordFile('', step.name));
  const isItem = options.item !== undefined;
  await store.remove(record);
  if (isItem && status === 'skipped') return;
  if (!isItem) await store.remove(`${artifacts}/`);
  await store.upload(join(folder, artifacts), artifacts);
  if (!isItem && status === 'done') await store.upload(join(folder, record), record);
}
