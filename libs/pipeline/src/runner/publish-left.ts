import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { isLocation, openStore } from '@ml-platform/storage';
import { toPosix } from '../workspace/to-posix.ts';
import { artifactPath, artifactsFolder, runRecordFile } from './layout.ts';
import { locate, nameOf, type Place } from './place.ts';
import { checkListFiles, checkMetricFiles, publishLists, publishMetrics } from './publish-values.ts';
import type { RunOptions, runStep } from './run-step.ts';

/**
 * In place of running a step: of one that ran elsewhere, on the same store, writes the metrics and lists that an engine
 * reads. A location, or a folder; the project's own unless given.
 *
 * @throws PlatformError `notFound` where the step left no run record, `usage` for a metric or list that it doesn't have.
 */
export function publisherOn(store: string | undefined): typeof runStep {
  return async (pipeline, options) => {
    const isRemote = store !== undefined && isLocation(store);
    const place = locate(pipeline, {
      step: options.step,
      ...(store !== undefined && !isRemote && { store: resolve(store) }),
    });
    checkMetricFiles(place.described, options.metricFiles ?? {});
    checkListFiles(place.described, options.listFiles ?? {});
    if (isRemote) await publishFrom(store, place, options);
    else await publish(place, place.store, options);
    return { step: options.step, status: 'unchanged', seconds: 0, outputs: {} };
  };
}

async function publishFrom(uri: string, place: Place, options: RunOptions): Promise<void> {
  const { document, described } = place;
  const folder = await mkdtemp(join(tmpdir(), 'publish-'));
  try {
    const store = await openStore(uri);
    const asked = [...Object.keys(options.metricFiles ?? {}), ...Object.keys(options.listFiles ?? {})];
    const outputs = asked.map((name) =>
      artifactPath(document, { step: described.name, output: name.split('.')[0] ?? '' }, ''),
    );
    for (const path of new Set([runRecordFile('', described.name), ...outputs].map(toPosix))) {
      if ((await store.list(path)).includes(path)) await store.download(path, join(folder, path));
    }
    await publish(place, folder, options, uri);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function publish(place: Place, folder: string, options: RunOptions, shown = folder): Promise<void> {
  const { described } = place;
  if (!existsSync(runRecordFile(folder, described.name))) {
    throw new PlatformError(`${nameOf(place)} left no run record in ${shown}`, {
      code: 'notFound',
      hint: `run it there first: run-step --step ${described.name} --store ${shown}`,
    });
  }
  const left = artifactsFolder(folder, described.name);
  await publishMetrics(described, left, options.metricFiles ?? {});
  await publishLists(described, left, options.listFiles ?? {});
}
