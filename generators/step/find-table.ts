import { PlatformError, suggest } from '@ml-platform/errors';
import type { Pipeline, PlacedStep } from '@ml-platform/pipeline';

/** How tables of a kind are read, and written. */
export const TABLE_KINDS = {
  parquet: { reader: 'read_parquet', extension: 'parquet' },
  csv: { reader: 'read_csv', extension: 'csv' },
  json: { reader: 'read_json', extension: 'json' },
} as const;

export type TableKind = keyof typeof TABLE_KINDS;

/** The table that a new step reads. */
export interface Table {
  readonly step: PlacedStep;
  readonly output: string;
  readonly kind: TableKind;
}

/**
 * The first table that a step leaves.
 *
 * @throws PlatformError `usage` where there is no such step, `config` where it leaves no table.
 */
export function findTable({ steps, name: pipeline }: Pipeline, after: string): Table {
  const step = steps.find(({ name }) => name === after);
  if (step === undefined) {
    const names = steps.map(({ name }) => name);
    throw new PlatformError(`pipeline '${pipeline}' has no step '${after}'`, {
      code: 'usage',
      hint: names.length === 0 ? 'it has none yet: start with --kind ingest' : suggest(after, names, 'steps'),
    });
  }
  for (const kind of Object.keys(TABLE_KINDS) as TableKind[]) {
    const [output] = Object.entries(step.step.outputs).find(([, type]) => type.kind === kind) ?? [];
    if (output !== undefined) return { step, output, kind };
  }
  const outputs = Object.entries(step.step.outputs).map(([output, { kind }]) => `${output} (${kind})`);
  throw new PlatformError(`step '${after}' leaves no table: it has ${outputs.join(', ') || 'no outputs'}`, {
    code: 'config',
    hint: `let it follow a step that leaves one of ${Object.keys(TABLE_KINDS).join(', ')}`,
  });
}
