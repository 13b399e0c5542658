import type { Shape } from './columns.ts';

type Value = string | number | boolean;

/** Three values by type, whose texts are those that DuckDB gives. */
const SAMPLES: Readonly<Record<string, readonly [Value, Value, Value]>> = {
  BOOLEAN: [true, false, true],
  DATE: ['2024-01-01', '2024-01-02', '2024-01-03'],
  TIME: ['01:00:00', '02:00:00', '03:00:00'],
  TIMESTAMP: ['2024-01-01 00:00:00', '2024-01-02 00:00:00', '2024-01-03 00:00:00'],
  TIMESTAMPTZ: ['2024-01-01 00:00:00Z', '2024-01-02 00:00:00Z', '2024-01-03 00:00:00Z'],
  FLOAT: [1.5, 2.5, 3.5],
  DOUBLE: [1.5, 2.5, 3.5],
  VARCHAR: ['a', 'b', 'c'],
  BLOB: ['a', 'b', 'c'],
  JSON: ['1', '2', '3'],
  UUID: [1, 2, 3].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`) as [string, string, string],
};
const INTEGERS = [1, 2, 3] as const;
/** Their texts depend on where they are read. */
const UNSTABLE = ['TIMESTAMPTZ', 'BLOB'];

export interface Samples {
  /** Objects in TypeScript: two rows, the first in a later state, and one that is no row, where there can be one. */
  readonly row1: string;
  readonly row2: string;
  readonly later: string;
  readonly bad?: string;
  /** SQL of the columns whose texts are the same everywhere, and lists of these. */
  readonly texts: string;
  readonly text1: string;
  readonly text2: string;
  readonly textLater: string;
}

/** Rows for the test of a source. */
export function samplesOf({ columns, key }: Shape): Samples {
  const ordered = [...columns].sort((one, other) => Number(key.includes(other.name)) - Number(key.includes(one.name)));
  const bare = (type: string) => type.replace('?', '');
  const sampleOf = (type: string, index: 0 | 1 | 2) => (SAMPLES[bare(type)] ?? INTEGERS)[index];
  const objectOf = (pick: (name: string, type: string) => Value) => {
    return `{ ${ordered.map(({ name, type }) => `${nameOf(name)}: ${literal(pick(name, type))}`).join(', ')} }`;
  };
  const stable = ordered.filter(({ type }) => !UNSTABLE.includes(bare(type)));
  const textsOf = (pick: (name: string, type: string) => Value) =>
    `[${stable.map(({ name, type }) => literal(textOf(type, pick(name, type)))).join(', ')}]`;
  const row = (index: 0 | 1 | 2) => (_: string, type: string) => sampleOf(type, index);
  const later = (name: string, type: string) => sampleOf(type, key.includes(name) ? 0 : 2);
  const checked = ordered.find(
    ({ name, type }) => !key.includes(name) && !['VARCHAR', 'BLOB', 'JSON'].includes(bare(type)),
  );
  const bad = (name: string, type: string) => (name === checked?.name ? 'nonsense' : sampleOf(type, 2));
  return {
    row1: objectOf(row(0)),
    row2: objectOf(row(1)),
    later: objectOf(later),
    ...(checked && { bad: objectOf(bad) }),
    texts: stable.map(({ name }) => `"${name}"::VARCHAR`).join(', '),
    text1: textsOf(row(0)),
    text2: textsOf(row(1)),
    textLater: textsOf(later),
  };
}

/** As DuckDB writes it. */
function textOf(type: string, value: Value): string {
  const [, scale] = /^DECIMAL\(\d+,(\d+)\)/.exec(type) ?? [];
  return scale === undefined ? String(value) : Number(value).toFixed(Number(scale));
}

function nameOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function literal(value: Value): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
