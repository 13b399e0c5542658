import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importClosure } from '../closure/import-closure.ts';
import type { StepDocument } from '../document/document.ts';
import { toPosix } from '../workspace/to-posix.ts';
import type { StoredFile } from './in-store.ts';
import { zipArchive } from './zip-archive.ts';

const LIBRARY = fileURLToPath(new URL('../../python', import.meta.url));
const LIBRARY_MODULES = ['ml_step.py', 'parquet_footer.py', 'spark_step.py'];
export const MODULES = 'modules.zip';
export const CONTEXT = 'context.json';

/** The script, a ZIP archive of all modules that it imports from the project or from here, and its context. */
export async function sparkFiles(
  { module }: StepDocument['runner'],
  project: string,
  context: object,
): Promise<Readonly<Record<string, Uint8Array>>> {
  const script = join(project, module);
  const { files } = importClosure([script], project);
  const own = files.filter((file) => file.endsWith('.py') && file !== script);
  const named = [
    ...own.map((file) => [toPosix(relative(dirname(script), file)), file] as const),
    ...LIBRARY_MODULES.map((name) => [name, join(LIBRARY, name)] as const),
  ];
  const modules = await Promise.all(named.map(async ([path, file]) => [path, await readFile(file)] as const));
  return {
    [basename(module)]: await readFile(script),
    [MODULES]: zipArchive(Object.fromEntries(modules)),
    [CONTEXT]: Buffer.from(JSON.stringify(context)),
  };
}

/** What Spark and services put beside data: marks of a job that is done, notes of transactions, signs of a folder. */
const NO_DATA = /(^|\/)(_|\.)|_\$folder\$$/;
const PART = /^part-(\d+)-[^/]*\.parquet$/;

/** The files of an output: those of a dataset by their place, as a local step leaves them. */
export function outputFiles(kind: string, files: readonly StoredFile[]): StoredFile[] {
  if (kind !== 'dataset') return files.filter(({ name }) => !/(^|\/)_SUCCESS$|_\$folder\$$/.test(name));
  const data = files.filter(({ name }) => !NO_DATA.test(name));
  const numbered = data.flatMap((file) => {
    const [, number] = PART.exec(file.name) ?? [];
    return number === undefined ? [] : [{ file, number: Number(number) }];
  });
  const others = data.filter(({ name }) => !PART.test(name));
  const parts = numbered
    .toSorted((one, other) => one.number - other.number || (one.file.name < other.file.name ? -1 : 1))
    .map(({ file }, index) => ({ ...file, name: `part-${String(index).padStart(5, '0')}.parquet` }));
  return [...others, ...parts];
}
