import { figure, markdownRow } from '../table.ts';
import type { ComparedMetric, ComparedVersion, Comparison, Trend } from './compare-versions.ts';
import { limitsOf, measuredOf, signed, verdictOf } from './describe-comparison.ts';

/** A comparison as GitHub and Azure DevOps show it: tables, and Mermaid charts of how metrics went. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { model, candidate, champion, metrics, trends, passes, gate } = comparison;
  const mark = gate === null ? '' : passes ? '✅ ' : '❌ ';
  const sections = [
    [`### ${model}: version ${candidate.version}${champion ? ` beside champion ${champion.version}` : ''}`],
    [`${mark}${verdictOf(comparison)}`],
    measuredOf(comparison),
    metricsTable(metrics, champion !== null),
    objectionsList(metrics),
    ...trends.map(trendChart),
    trainingTable(candidate, champion),
    decilesTable(candidate, champion),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function metricsTable(metrics: readonly ComparedMetric[], beside: boolean): string[] {
  const rows = metrics.map(({ metric, candidate, champion, difference, limits, passes }) => {
    const mark = passes === null ? '' : passes ? '✅' : '❌';
    return markdownRow([
      mark,
      arrowed(metric, limits?.better),
      figure(candidate),
      ...(beside ? [figure(champion), signed(difference)] : []),
      limitsOf(limits),
    ]);
  });
  const head = ['', 'metric', 'candidate', ...(beside ? ['champion', 'difference'] : []), 'allowed'];
  const rule = ['---', '---', '---:', ...(beside ? ['---:', '---:'] : []), '---'];
  return [markdownRow(head), markdownRow(rule), ...rows];
}

function arrowed(metric: string, better: 'higher' | 'lower' | undefined): string {
  return better === undefined ? metric : `${metric} ${better === 'higher' ? '↑' : '↓'}`;
}

function objectionsList(metrics: readonly ComparedMetric[]): string[] {
  return metrics.flatMap(({ metric, reason }) => (reason === undefined ? [] : [`- **${metric}**: ${reason}`]));
}

function trendChart({ metric, values }: Trend): string[] {
  const numbers = values.map(({ value }) => value);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const margin = (high - low) / 10 || Math.abs(high) / 10 || 1;
  return [
    '```mermaid',
    'xychart-beta',
    `    title ${quoted(`${metric} by version`)}`,
    `    x-axis [${values.map(({ version }) => quoted(version)).join(', ')}]`,
    `    y-axis ${plain(low - margin)} --> ${plain(high + margin)}`,
    `    line [${numbers.map(plain).join(', ')}]`,
    '```',
  ];
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', "'")}"`;
}

/** Mermaid reads no exponent. */
function plain(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString('en-US', { useGrouping: false, maximumSignificantDigits: 6 });
}

function trainingTable(candidate: ComparedVersion, champion: ComparedVersion | null): string[] {
  const facts = [candidate, champion].map((side) => {
    const { rows, firstDay, lastDay, label } = side?.training ?? {};
    return {
      rows: rows === undefined ? undefined : figure(rows),
      days: firstDay === undefined || lastDay === undefined ? undefined : `${firstDay} to ${lastDay}`,
      [`mean of ${label?.name ?? 'the label'}`]: label && figure(label.mean),
    };
  });
  const names = new Set(
    facts.flatMap((side) => Object.entries(side).flatMap(([name, value]) => (value ? [name] : []))),
  );
  const rows = [...names].map((name) => [
    `training ${name}`,
    ...facts.map((side) => side[name as keyof typeof side] ?? '-'),
  ]);
  return besideTable('', rows, champion);
}

const DECILES = 9;

/** What the model says of the rows that it was trained on. */
function decilesTable(candidate: ComparedVersion, champion: ComparedVersion | null): string[] {
  const sides = [candidate, champion].map((side) => side?.training?.prediction?.edges ?? []);
  const rows = Array.from({ length: DECILES }, (_, index) => [
    `${index + 1}0 %`,
    // Deciles that coincide are left out of the manifest: of those that are left, none can be told which it is.
    ...sides.map((edges) => (edges.length === DECILES ? figure(edges[index]) : '-')),
  ]);
  return sides[0]?.length === DECILES ? besideTable('so many training rows score at most', rows, champion) : [];
}

function besideTable(title: string, rows: readonly string[][], champion: ComparedVersion | null): string[] {
  if (rows.length === 0) return [];
  const head = [title, 'candidate', ...(champion ? ['champion'] : [])];
  const rule = ['---', ...head.slice(1).map(() => '---:')];
  return [head, rule, ...rows.map((row) => row.slice(0, head.length))].map(markdownRow);
}
