import { fileURLToPath } from 'node:url';
import { renderFolder } from '../engine/render.ts';
import { type Table, TABLE_KINDS } from './find-table.ts';

const FILES = fileURLToPath(new URL('./files', import.meta.url));

/** What a step does. */
export type StepKind = 'ingest' | 'transform' | 'check';

/** The files of a step, by their names; one that doesn't ingest reads a table. */
export function stepFiles(
  { name, kind }: { readonly name: string; readonly kind: StepKind },
  table?: Pick<Table, 'output' | 'kind'>,
): Map<string, string> {
  return renderFolder(`${FILES}/${kind}`, { name, ...(table && tableValues(kind, table)) });
}

function tableValues(kind: StepKind, { output, kind: type }: Pick<Table, 'output' | 'kind'>) {
  const names = ['defineStep', 'parquet', type, ...(kind === 'check' ? ['metrics'] : [])];
  return { table: output, type, imports: [...new Set(names)].sort().join(', '), ...TABLE_KINDS[type] };
}
