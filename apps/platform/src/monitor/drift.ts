import { binsOf } from './bins.ts';
import type { Limits } from './options.ts';
import type { Predictions } from './predictions/open-predictions.ts';
import type { Reference, ReferenceColumn } from './reference.ts';
import { type Bin, stabilityIndex } from './stability-index.ts';

export interface ColumnDrift {
  readonly name: string;
  readonly of: 'input' | 'score';
  readonly index: number;
  readonly limit: number;
  readonly drifted: boolean;
  readonly bins: readonly Bin[];
}

export interface Drift {
  readonly model: string;
  readonly version: string;
  /** Predictions that were looked at; those that it was trained on. */
  readonly rows: number;
  readonly referenceRows: number;
  /** The first and the last, ISO 8601; null where predictions have no time. */
  readonly from: string | null;
  readonly to: string | null;
  /** Whether there are enough rows to say anything. */
  readonly judged: boolean;
  readonly minRows: number;
  readonly drifted: boolean;
  /** Of any input. */
  readonly highest: number;
  /** The worst first. */
  readonly columns: readonly ColumnDrift[];
}

export interface DriftQuestion {
  readonly model: string;
  readonly version: string;
  readonly reference: Reference;
  readonly limits: Limits;
  readonly minRows: number;
}

/** The index of each column of a model, and what its limit says to it. */
export async function judgeDrift(question: DriftQuestion, predictions: Predictions): Promise<Drift> {
  const { model, version, reference, limits, minRows } = question;
  const { rows, from, to } = await predictions.extent();
  const judged = rows >= minRows;
  const columns: ColumnDrift[] = [];
  for (const column of reference.columns) {
    if (rows === 0 || !predictions.has(column)) continue;
    const limit = limits.columns[column.name] ?? limits.all;
    columns.push(await judgeColumn(column, limit, judged, rows, predictions));
  }
  const inputs = columns.filter((column) => column.of === 'input').map(({ index }) => index);
  return {
    model,
    version,
    rows,
    referenceRows: reference.rows,
    from,
    to,
    judged,
    minRows,
    drifted: columns.some(({ drifted }) => drifted),
    highest: Math.max(0, ...inputs),
    columns: columns.toSorted((a, b) => b.index - a.index),
  };
}

async function judgeColumn(
  column: ReferenceColumn,
  limit: number,
  judged: boolean,
  rows: number,
  predictions: Predictions,
): Promise<ColumnDrift> {
  const expected = binsOf(column.reference, predictions.expression(column));
  const counts = await predictions.count(expected.map(({ condition }) => condition));
  const bins = expected.map(({ label, expected: share }, bin) => {
    return { label, expected: share, actual: (counts[bin] ?? 0) / rows };
  });
  const index = stabilityIndex(bins);
  return { name: column.name, of: column.of, index, limit, drifted: judged && index > limit, bins };
}
