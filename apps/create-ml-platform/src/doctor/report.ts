import { type GroupedFinding, GROUPS, type Status } from './finding.ts';

/** What doctor found, as --json prints it. */
export interface Examination {
  /** Of the command that ran. */
  readonly version: string;
  readonly folder: string;
  /** Nothing is broken; with --strict, nothing warns either. */
  readonly healthy: boolean;
  readonly counts: Readonly<Record<Status, number>>;
  readonly findings: readonly GroupedFinding[];
}

const WORDS: readonly (readonly [Status, string])[] = [
  ['broken', 'broken'],
  ['warning', 'to look at'],
  ['note', 'to know'],
  ['skipped', 'skipped'],
  ['ok', 'fine'],
];
const WIDTH = Math.max(...WORDS.map(([status]) => status.length));

export function examinationOf(
  findings: readonly GroupedFinding[],
  { strict, ...about }: { readonly version: string; readonly folder: string; readonly strict: boolean },
): Examination {
  const count = (status: Status) => findings.filter((finding) => finding.status === status).length;
  const counts = {
    ok: count('ok'),
    note: count('note'),
    warning: count('warning'),
    broken: count('broken'),
    skipped: count('skipped'),
  };
  const healthy = counts.broken === 0 && !(strict && counts.warning > 0);
  return { ...about, healthy, counts, findings };
}

/** What was found, for a person: group by group, and in the last line how it is on the whole. */
export function describeExamination({ findings, counts, healthy }: Examination): string {
  const groups = GROUPS.flatMap((group) => {
    const own = findings.filter((finding) => finding.group === group);
    return own.length > 0 ? [[group, ...own.flatMap(linesOf)].join('\n')] : [];
  });
  const parts = WORDS.flatMap(([status, word]) => (counts[status] > 0 ? [`${counts[status]} ${word}`] : []));
  const sum = `${healthy ? 'Healthy' : 'Not healthy'}: ${parts.join(', ')}.`;
  return `${[...groups, sum].join('\n\n')}\n`;
}

function linesOf({ status, what, found, wanted, mend }: GroupedFinding): string[] {
  const word = (status === 'ok' ? '' : status).padEnd(WIDTH);
  const line = `  ${word}  ${what}: ${found}${wanted === undefined ? '' : `; wanted: ${wanted}`}`;
  return mend === undefined ? [line] : [line, `  ${' '.repeat(WIDTH)}    → ${mend}`];
}
