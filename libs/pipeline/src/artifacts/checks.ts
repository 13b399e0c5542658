import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@ml-platform/errors';

const PARQUET_MAGIC = 'PAR1';

/** A Parquet file starts and ends with `PAR1`; one that was cut off doesn't. */
export async function checkParquet(path: string): Promise<void> {
  const file = await open(path);
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) throw new Error('is a folder, and not one Parquet file: that is a dataset()');
    const { size } = stats;
    const edge = Buffer.alloc(4);
    for (const position of [0, Math.max(0, size - 4)]) {
      await file.read(edge, 0, 4, position);
      if (edge.toString('latin1') !== PARQUET_MAGIC) {
        throw new Error(`is not a whole Parquet file (${size} bytes, no ${PARQUET_MAGIC} at byte ${position})`);
      }
    }
  } finally {
    await file.close();
  }
}

export async function checkNotEmpty(path: string): Promise<void> {
  if ((await stat(path)).size === 0) throw new Error('is empty');
}

export async function checkJson(path: string): Promise<void> {
  await readJson(path);
}

export async function checkDirectory(path: string): Promise<void> {
  if ((await readdir(path)).length === 0) throw new Error('is an empty folder');
}

/** Parquet files, each of them whole, and nothing else: a reader of `*.parquet` reads all of it. */
export async function checkDataset(path: string): Promise<void> {
  const names = (await readdir(path)).sort();
  const other = names.find((name) => !name.endsWith('.parquet'));
  if (other !== undefined) throw new Error(`holds ${other}, and a dataset holds .parquet files alone`);
  if (names.length === 0) throw new Error('holds no .parquet file');
  for (const name of names) {
    await checkParquet(join(path, name)).catch((cause: unknown) => {
      throw new Error(`holds ${name}, which ${messageOf(cause)}`, { cause });
    });
  }
}

export async function checkMetrics(path: string, names: readonly string[]): Promise<void> {
  const values = await readJson(path);
  if (values === null || typeof values !== 'object') throw new Error('holds no object of metrics');
  for (const name of names) {
    const value = (values as Record<string, unknown>)[name];
    if (!Number.isFinite(value)) throw new Error(`has no finite number '${name}' (found ${JSON.stringify(value)})`);
  }
}

export async function checkModel(path: string): Promise<void> {
  await checkNotEmpty(join(path, 'model.onnx')).catch((cause: unknown) => {
    throw new Error('has no model.onnx', { cause });
  });
  await readJson(join(path, 'model.json'));
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`is not JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
