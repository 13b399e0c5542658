import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline as pump } from 'node:stream/promises';
import { storedFiles, storedVersion } from './in-store.ts';

export interface DatasetRecord {
  readonly name: string;
  /** SHA-256 of the file's bytes; of a folder, of its files' names and hashes in order. */
  readonly sha256: string;
}

export interface Trial {
  readonly params: Readonly<Record<string, unknown>>;
  readonly value: number;
}

export interface RunRecord {
  readonly runId: string;
  readonly pipeline: string;
  readonly step: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly params: unknown;
  /** Of a search: what each trial was run with, and the value that they were compared by. */
  readonly trials?: readonly Trial[];
  /** Hash over all that the outputs depend on (see `reuseKey`). */
  readonly reuseKey: string;
  readonly inputs: readonly DatasetRecord[];
  readonly outputs: readonly DatasetRecord[];
}

/** SHA-256, in hexadecimal, of a file or a folder; of what stays in an object store, `stored:` and a mark of its version. */
export async function hashArtifact(path: string): Promise<string> {
  const hash = createHash('sha256');
  if (!(await stat(path)).isDirectory()) {
    await pump(createReadStream(path), hash);
    return hash.digest('hex');
  }
  const stored = await storedFiles(path);
  if (stored) return storedVersion(stored);
  for (const name of (await readdir(path)).sort()) hash.update(`${name}\0${await hashArtifact(join(path, name))}\n`);
  return hash.digest('hex');
}

/** Writes a run as an OpenLineage run event (openlineage.io, spec 2-0-2); the file appears whole. */
export async function writeRunRecord(file: string, record: RunRecord): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const staged = `${file}.tmp-${process.pid}`;
  await writeFile(staged, `${JSON.stringify(toEvent(record), null, 2)}\n`);
  await rename(staged, file);
}

/** What a later run has to know of an earlier one; `undefined` where the file is not such a record. */
export async function readRunRecord(file: string): Promise<Pick<RunRecord, 'reuseKey' | 'outputs'> | undefined> {
  try {
    const { run, outputs } = JSON.parse(await readFile(file, 'utf8')) as ReturnType<typeof toEvent>;
    const written = outputs.map(({ name, facets }) => ({ name, sha256: facets.version.datasetVersion }));
    return { reuseKey: run.facets.reuse.key, outputs: written };
  } catch {
    return undefined;
  }
}

const PRODUCER = 'urn:ml-platform:run-step';

function toEvent({ runId, pipeline, step, startedAt, endedAt, params, trials, reuseKey, inputs, outputs }: RunRecord) {
  const facet = <Values extends object>(schema: string, values: Values) => ({
    _producer: PRODUCER,
    _schemaURL: `https://openlineage.io/spec/facets/${schema}`,
    ...values,
  });
  const dataset = ({ name, sha256 }: DatasetRecord) => ({
    namespace: pipeline,
    name,
    facets: { version: facet('1-0-1/DatasetVersionDatasetFacet.json', { datasetVersion: sha256 }) },
  });
  return {
    eventType: 'COMPLETE',
    eventTime: endedAt.toISOString(),
    run: {
      runId,
      facets: {
        nominalTime: facet('1-0-1/NominalTimeRunFacet.json', {
          nominalStartTime: startedAt.toISOString(),
          nominalEndTime: endedAt.toISOString(),
        }),
        parameters: { _producer: PRODUCER, _schemaURL: `${PRODUCER}:parameters`, values: params },
        ...(trials && { trials: { _producer: PRODUCER, _schemaURL: `${PRODUCER}:trials`, trials } }),
        reuse: { _producer: PRODUCER, _schemaURL: `${PRODUCER}:reuse`, key: reuseKey },
      },
    },
    job: { namespace: pipeline, name: step },
    inputs: inputs.map(dataset),
    outputs: outputs.map(dataset),
    producer: PRODUCER,
    schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
  };
}
