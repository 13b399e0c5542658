import type { ColumnDrift, Drift } from './drift.ts';
import { type Bin, contribution } from './stability-index.ts';

/** Bins that a report shows of a column. */
const SHOWN = 5;

/** A drift as a person reads it on a terminal. */
export function describeDrift(drift: Drift): string {
  const width = Math.max(0, ...drift.columns.map(({ name }) => name.length));
  const lines = drift.columns.map((column) => {
    const { name, index, limit, drifted } = column;
    return `  ${name.padEnd(width)}  ${index.toFixed(4)}  ${drifted ? `drift, above ${limit}` : ''}`.trimEnd();
  });
  return [`${headline(drift)}; ${extent(drift)}`, ...lines, ''].join('\n');
}

/** The same for a page or a comment. */
export function driftMarkdown(drift: Drift): string {
  const rows = drift.columns.map((column) => {
    const { name, of, index, limit, drifted } = column;
    return `| ${drifted ? '❌' : '✅'} | ${code(name)}${of === 'score' ? ' (score)' : ''} | ${index.toFixed(4)} | ${limit} |`;
  });
  const table = ['| | column | stability index | limit |', '| --- | --- | ---: | ---: |', ...rows];
  const parts = [
    `# Drift of ${drift.model}`,
    `**${headline(drift)}**; ${extent(drift)}.`,
    ...(rows.length > 0 ? [table.join('\n')] : []),
    ...drift.columns.filter(({ drifted }) => drifted).map(details),
  ];
  return `${parts.join('\n\n')}\n`;
}

function headline({ model, rows, minRows, judged, columns, drifted }: Drift): string {
  if (rows === 0) return `${model} was asked nothing`;
  if (!judged) return `too few predictions of ${model} to judge: ${count(rows)} of at least ${count(minRows)}`;
  const number = columns.filter((column) => column.drifted).length;
  return drifted ? `${model} drifts in ${number} of ${columns.length} columns` : `${model} does not drift`;
}

function extent({ version, rows, from, to, referenceRows }: Drift): string {
  const days = from === null || to === null ? '' : ` from ${from.slice(0, 16)} to ${to.slice(0, 16)} UTC`;
  return `${count(rows)} predictions${days}, beside the ${count(referenceRows)} rows that version ${version} was trained on`;
}

function details({ name, bins }: ColumnDrift): string {
  const changed = bins.filter((bin) => contribution(bin) > 0);
  const worst = changed.toSorted((a, b) => contribution(b) - contribution(a)).slice(0, SHOWN);
  const rows = worst.map((bin: Bin) => `| ${code(bin.label)} | ${percent(bin.expected)} | ${percent(bin.actual)} |`);
  return [
    `What changed most in ${code(name)}:`,
    '',
    '| value | in training | now |',
    '| --- | ---: | ---: |',
    ...rows,
  ].join('\n');
}

/** Values come from whoever asks: nothing in them is Markdown. */
function code(text: string): string {
  return `\`${text.replaceAll(/[`\r\n]/g, ' ').replaceAll('|', '\\|') || ' '}\``;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
