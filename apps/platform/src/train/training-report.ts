import { comparisonMarkdown } from '../models/comparison/comparison-markdown.ts';
import { describeComparison } from '../models/comparison/describe-comparison.ts';
import { figure, markdownRow } from '../models/table.ts';
import { isRefused, type Outcome } from './outcome.ts';

/** One report of all that was trained, for a pull request. */
export function trainingMarkdown(outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return '## Training\n\nNo pipeline that registers a model is affected.\n';
  const rows = outcomes.map((outcome) =>
    markdownRow([outcome.pipeline, modelOf(outcome), mark(outcome), saidOf(outcome)]),
  );
  const table = [markdownRow(['pipeline', 'model', '', '']), markdownRow(['---', '---', '---', '---']), ...rows];
  const details = outcomes.map(detailsOf).filter((text) => text !== '');
  return `${['## Training', table.join('\n'), ...details].join('\n\n').trimEnd()}\n`;
}

/** The same for a person at a terminal. */
export function trainingText(outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return 'no pipeline that registers a model is affected\n';
  return outcomes
    .map((outcome) => {
      const said = `${outcome.pipeline}: ${saidOf(outcome)}\n`;
      return outcome.status === 'trained' ? `${describeComparison(outcome.comparison)}${said}` : said;
    })
    .join('\n');
}

function modelOf(outcome: Outcome): string {
  return outcome.status === 'failed' ? '' : outcome.model;
}

function mark(outcome: Outcome): string {
  return isRefused(outcome) ? '❌' : '✅';
}

/** An outcome in a few words. */
export function saidOf(outcome: Outcome): string {
  if (outcome.status === 'failed') return outcome.reason;
  if (outcome.status === 'keptBack') return `not registered: ${outcome.reason}`;
  if (outcome.status === 'sampled') return 'a small run got to its end; nothing was registered, nothing is judged';
  const { comparison, pushed } = outcome;
  const { gate, passes, candidate } = comparison;
  const verdict = gate === null ? 'has no gate' : passes ? 'passes the gate' : 'does not pass the gate';
  const as = passes ? 'candidate in' : 'kept in';
  const where = pushed === undefined ? '' : `; ${as} the shared registry, as version ${pushed}`;
  return `version ${candidate.version} ${verdict}${where}`;
}

function detailsOf(outcome: Outcome): string {
  if (outcome.status === 'sampled') return sampleTable(outcome.pipeline, outcome.metrics);
  if (outcome.status !== 'trained') return '';
  const reports = outcome.reports.map((path) => `- \`${path}\``);
  const comparison = comparisonMarkdown(outcome.comparison).trimEnd();
  return reports.length === 0 ? comparison : [comparison, '', 'Reports of the run:', '', ...reports].join('\n');
}

function sampleTable(pipeline: string, metrics: Readonly<Record<string, number>>): string {
  const rows = Object.entries(metrics).map(([metric, value]) => markdownRow([metric, figure(value)]));
  if (rows.length === 0) return '';
  return [`### ${pipeline}: a small run`, '', markdownRow(['metric', 'value']), '| --- | ---: |', ...rows].join('\n');
}
