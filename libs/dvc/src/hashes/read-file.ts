import { readFile } from 'node:fs/promises';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { DvcError } from '../failures/dvc-error.ts';

/** What DVC writes of an output or a dependency. Version 2 has no `hash`; what wasn't downloaded has no `md5`. */
const entry = z.object({
  path: z.string(),
  md5: z.string().optional(),
  hash: z.string().optional(),
  etag: z.string().optional(),
  checksum: z.string().optional(),
  size: z.number().optional(),
  nfiles: z.number().optional(),
  cache: z.boolean().optional(),
});
export type Entry = z.infer<typeof entry>;

const entries = z.array(entry).default([]);

/** A `.dvc` file. */
export const dvcFile = z.object({ wdir: z.string().default('.'), deps: entries, outs: entries });

const stage = z.object({
  cmd: z.union([z.string(), z.array(z.string())]).optional(),
  deps: entries,
  params: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  outs: entries,
});

/** A `dvc.lock`: before its schema 2.0 the stages stood at the top. */
export const lockFile = z.preprocess(
  (value) => (isTable(value) && !('schema' in value) && !('stages' in value) ? { stages: value } : value),
  z.object({ schema: z.string().optional(), stages: z.record(z.string(), stage).default({}) }),
);

/** Of dvc.yaml what its lock lacks: where a stage's paths begin. */
export const stagesFile = z.object({ stages: z.record(z.string(), z.looseObject({})).default({}) });

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a YAML file of DVC's.
 *
 * @throws DvcError `notFound`, `mergeConflict` or `invalidFile`, naming the file, the line and the key.
 */
export async function readYaml<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.infer<Schema>> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new DvcError(`${file} can't be read`, { reason: 'notFound', cause });
  });
  refuseConflict(file, text);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error) throw invalid(`${file}:${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]}`);
  const parsed = schema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  throw invalid(`${file}:${lineOf(document, path, lines)}: '${path.join('.')}': ${issue?.message}`);
}

function refuseConflict(file: string, text: string): void {
  const index = text.split('\n').findIndex((line) => line.startsWith('<<<<<<< '));
  if (index < 0) return;
  throw new DvcError(`${file}:${index + 1}: a merge conflict is unresolved`, { reason: 'mergeConflict' });
}

function lineOf(document: Document, path: readonly PropertyKey[], lines: LineCounter): number {
  const node = document.getIn(path, true) ?? document.getIn(path.slice(0, -1), true);
  const range = (node as { range?: readonly [number, ...number[]] } | undefined)?.range;
  return range === undefined ? 1 : lines.linePos(range[0]).line;
}

function invalid(message: string): DvcError {
  return new DvcError(message, { reason: 'invalidFile' });
}
