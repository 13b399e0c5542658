import type { ColumnReference } from './reference.ts';

/** A bin of a column: what SQL condition a value meets that is in it, and what share of the training rows was. */
export interface ReferenceBin {
  readonly label: string;
  readonly expected: number;
  readonly condition: string;
}

/** Edges are stored in nine digits, and a float32 has seven: a value on an edge stays below it. */
const TOLERANCE = 1e-6;

/** The bins of a column, in which each value of `expression` is in the first whose condition it meets. */
export function binsOf(reference: ColumnReference, expression: string): ReferenceBin[] {
  return reference.kind === 'numeric' ? numericBins(reference, expression) : categoricalBins(reference, expression);
}

function numericBins(
  { edges, shares, nullShare }: ColumnReference & { kind: 'numeric' },
  expression: string,
): ReferenceBin[] {
  const bins = shares.map((share, index) => {
    const [low, high] = [edges[index - 1], edges[index]];
    const condition = high === undefined ? 'true' : `${expression} <= ${high + Math.abs(high) * TOLERANCE}`;
    return { label: range(low, high), expected: share * (1 - nullShare), condition };
  });
  return [{ label: 'missing', expected: nullShare, condition: `${expression} IS NULL` }, ...bins];
}

function categoricalBins(
  { shares, otherShare, nullShare }: ColumnReference & { kind: 'categorical' },
  expression: string,
): ReferenceBin[] {
  const bins = Object.entries(shares).map(([value, share]) => {
    return { label: value, expected: share, condition: `${expression} = ${literal(value)}` };
  });
  return [
    { label: 'missing', expected: nullShare, condition: `${expression} IS NULL` },
    ...bins,
    { label: 'other values', expected: otherShare, condition: 'true' },
  ];
}

function range(low: number | undefined, high: number | undefined): string {
  if (low === undefined) return high === undefined ? 'present' : `≤ ${figure(high)}`;
  return high === undefined ? `> ${figure(low)}` : `${figure(low)} – ${figure(high)}`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** A SQL string literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
