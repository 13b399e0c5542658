import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import type { SparkService } from '@ml-platform/spark';
import { isLocation } from '@ml-platform/storage';
import { parseDuration } from '../document/quantities.ts';
import { pathParams } from '../params/file-param.ts';
import { type Lake, placesLake, storeLake } from '../store/places-lake.ts';
import type { Places } from '../store/places-staging.ts';
import { runStaged } from '../store/run-staged.ts';
import { filesAt, sparkStaging } from '../store/spark-staging.ts';
import { toPosix } from '../workspace/to-posix.ts';
import type { InputPaths } from './find-inputs.ts';
import { noteStored } from './in-store.ts';
import { locate, nameOf, type Place } from './place.ts';
import type { ImplementationContext } from './run-implementation.ts';
import type { RunOptions, runStep, StepResult } from './run-step.ts';
import { CONTEXT, MODULES, outputFiles, sparkFiles } from './spark-files.ts';

/** Runs a step's own code somewhere else than in a process of this machine. */
export type RunElsewhere = (place: Place, context: ImplementationContext) => Promise<void>;

/** Seconds after a step's timeout at which a service ends its job, should nobody be there to stop it. */
const MARGIN_SECONDS = 600;

/** Where a job of a run lies below the store. */
const JOBS = 'jobs';
const OUTPUTS = 'outputs';

/**
 * Runs the Spark steps of a pipeline on a service, and all others as they are run without one.
 *
 * @throws PlatformError `usage` for a service's address of another form.
 */
export async function onSpark(spark: string, where: Where, others: typeof runStep): Promise<typeof runStep> {
  const { openSpark } = await import('@ml-platform/spark');
  const service = openSpark(spark);
  return (pipeline, options) => {
    const place = locate(pipeline, { step: options.step });
    const { runner } = place.described;
    const isSpark = runner.language === 'python' && runner.on === 'spark';
    return isSpark ? runOnService(place, service, where, options) : others(pipeline, options);
  };
}

/** Where artifacts are: a store that holds all of them, or places of their own. */
export interface Where {
  readonly store?: string | undefined;
  readonly places?: Places | undefined;
}

async function lakeOf({ store, places }: Where, { document, described }: Place): Promise<Lake | undefined> {
  if (store !== undefined) return isLocation(store) ? storeLake(store) : undefined;
  return places && placesLake(document, described, places);
}

async function runOnService(
  place: Place,
  service: SparkService,
  where: Where,
  options: RunOptions,
): Promise<StepResult> {
  const lake = await lakeOf(where, place);
  if (lake === undefined) {
    throw new PlatformError(
      `step '${options.step}' is run by ${service.title}, which reads no folder of this machine`,
      {
        code: 'usage',
        hint: 'name an object store that holds the artifacts, --store s3://bucket/prefix, or leave out --spark',
      },
    );
  }
  // A store that the service doesn't read is refused before anything is done.
  service.address(lake.uriOf(JOBS));
  const jobs: string[] = [];
  const elsewhere: RunElsewhere = (staged, context) => {
    const job = `${JOBS}/${staged.described.name}/${randomUUID()}`;
    jobs.push(job);
    return runJob({ service, lake, job }, staged, context);
  };
  try {
    return await runStaged(place.pipeline, sparkStaging(lake.store), { ...options, elsewhere });
  } finally {
    // What was put in place was copied; scripts and what they printed stay.
    for (const job of jobs) await lake.store.remove(`${job}/${OUTPUTS}/`);
  }
}

interface Job {
  readonly service: SparkService;
  readonly lake: Lake;
  /** Path of its folder in the store's layout. */
  readonly job: string;
}

async function runJob(parts: Job, place: Place, context: ImplementationContext): Promise<void> {
  const { service, lake, job } = parts;
  const { described, document } = place;
  const at = (path: string) => service.address(lake.uriOf(`${job}/${path}`));
  await upload(parts, place, context);
  const { runSparkJob } = await import('@ml-platform/spark');
  const timeout =
    described.timeout === undefined ? undefined : (parseDuration(described.timeout) ?? 0) + MARGIN_SECONDS;
  await runSparkJob(
    service,
    {
      name: `${document.name}-${described.name}`,
      id: basename(job),
      script: at(basename(described.runner.module)),
      modules: at(MODULES),
      args: ['--step-context', at(CONTEXT)],
      logs: at('logs'),
      ...(timeout !== undefined && { timeout }),
    },
    context,
  );
  for (const [output, path] of Object.entries(context.outputs)) await take(parts, place, output, path);
}

async function upload({ service, lake, job }: Job, place: Place, context: ImplementationContext): Promise<void> {
  const { described, project, store: folder } = place;
  const inStore = (path: string) => service.address(lake.uriOf(toPosix(relative(folder, path))));
  const files = await sparkFiles(described.runner, project, {
    step: context.step,
    params: paramsFor(service, place, context.params),
    inputs: mapPaths(context.inputs, inStore),
    outputs: Object.fromEntries(
      Object.entries(described.outputs).map(([name, { path }]) => [
        name,
        service.address(lake.uriOf(`${job}/${OUTPUTS}/${path}`)),
      ]),
    ),
  });
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, job, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    await lake.store.upload(file, `${job}/${name}`);
  }
}

function mapPaths(inputs: InputPaths, map: (path: string) => string): InputPaths {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, paths]) => [name, typeof paths === 'string' ? map(paths) : paths.map(map)]),
  );
}

/** Raw files as the service names them. */
function paramsFor(service: SparkService, place: Place, params: Record<string, unknown>): Record<string, unknown> {
  const raw = pathParams(place.document.params[place.described.paramsKey] ?? {}, params);
  const local = raw.find(([, value]) => !isLocation(value));
  if (local !== undefined) {
    throw new PlatformError(`${nameOf(place)}: '${local[0]}' is ${local[1]}, which ${service.title} can't read`, {
      code: 'usage',
      hint: 'put the raw file into an object store, and give its address: s3://bucket/raw',
    });
  }
  return { ...params, ...Object.fromEntries(raw.map(([name, value]) => [name, service.address(value)])) };
}

/** Tables and folders stay in the store; what the runner looks into (metrics, lists, reports) is fetched. */
async function take({ lake: { store }, job }: Job, { described }: Place, output: string, path: string): Promise<void> {
  const { kind, path: name, directory } = described.outputs[output] ?? { kind: '', path: output };
  const files = outputFiles(kind, await filesAt(store, `${job}/${OUTPUTS}/${name}`));
  if (files.length === 0) return;
  const isOneFile = files.length === 1 && files[0]?.name === '';
  if (directory || kind === 'parquet' || !isOneFile) await noteStored(path, files);
  else await store.download(files[0]?.from ?? '', path);
}
