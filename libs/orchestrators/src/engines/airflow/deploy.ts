import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { PlatformError } from '@ml-platform/errors';
import { isLocation } from '@ml-platform/storage';
import { z } from 'zod';
import type { CompiledFiles } from '../../target.ts';
import { ask, askJson, isNotFound, type Rest } from '../http/rest-client.ts';
import { putFiles } from './put-files.ts';

/** Where a DAG goes, and how long it may take until it is known. */
export interface DagPlace {
  /** Absolute path of the folder that a relative one starts from. */
  readonly project: string;
  /** A folder, or a location in a store. */
  readonly dags: string;
  /** Seconds. */
  readonly patience: number;
}

const dag = z.object({ is_paused: z.boolean(), last_parsed_time: z.string().nullish() });

/**
 * Puts a DAG's files, and waits until Airflow has read them: it looks every now and then.
 *
 * @throws PlatformError `config` for a DAG that it can't read, `environment` where it doesn't come to read it, `busy` where
 * somebody has paused it.
 */
export async function deploy(rest: Rest, compiled: CompiledFiles, name: string, dagPlace: DagPlace): Promise<void> {
  const { dags, project, patience } = dagPlace;
  const [before, brokenBefore] = [await findDag(rest, name), await findImportError(rest, name)];
  const changed = await putFiles(isLocation(dags) ? dags : pathToFileURL(resolve(project, dags)).href, compiled);
  const deadline = Date.now() + patience * 1000;
  for (let found = before; ; found = await findDag(rest, name)) {
    const broken = await findImportError(rest, name);
    // One of the files before stays until it has read those that are there now.
    if (broken && !(changed && broken.timestamp === brokenBefore?.timestamp)) throw unreadable(broken);
    if (found && !(changed && found.last_parsed_time === before?.last_parsed_time)) break;
    if (Date.now() > deadline) throw notRead(name, dagPlace);
    await setTimeout(1000);
  }
  if (before === undefined) await wake(rest, name);
  else if (before.is_paused) throw paused(name);
}

async function findDag(rest: Rest, name: string): Promise<z.infer<typeof dag> | undefined> {
  try {
    return dag.parse(await askJson(rest, { path: `/api/v2/dags/${encodeURIComponent(name)}` }));
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}

const importError = z.object({ filename: z.string(), stack_trace: z.string(), timestamp: z.string() });
type ImportError = z.infer<typeof importError>;

async function findImportError(rest: Rest, name: string): Promise<ImportError | undefined> {
  const answer = await askJson(rest, { path: '/api/v2/importErrors?limit=100' });
  const { import_errors } = z.object({ import_errors: z.array(importError) }).parse(answer);
  return import_errors.find(({ filename }) => filename.split('/').at(-1) === `${name}.py`);
}

function unreadable({ filename, stack_trace }: ImportError): PlatformError {
  return new PlatformError(`Airflow can't read ${filename}: ${stack_trace.trim().split('\n').at(-1)}`, {
    code: 'config',
    hint: 'look at the import errors of its page; its workers may lack a package',
  });
}

/** A new DAG is paused, and a run of it would wait for ever. */
async function wake(rest: Rest, name: string): Promise<void> {
  await ask(rest, {
    method: 'PATCH',
    path: `/api/v2/dags/${encodeURIComponent(name)}?update_mask=is_paused`,
    body: { is_paused: false },
  });
}

function notRead(name: string, { dags, patience }: DagPlace): PlatformError {
  return new PlatformError(`Airflow has not read the DAG '${name}' from ${dags} in ${patience} s`, {
    code: 'environment',
    hint: 'look whether its DAG processor runs and reads that place, or raise patience in targets.yaml',
  });
}

function paused(name: string): PlatformError {
  return new PlatformError(`the DAG '${name}' is paused, so a run of it would wait`, {
    code: 'busy',
    hint: `unpause it: airflow dags unpause ${name}`,
  });
}
