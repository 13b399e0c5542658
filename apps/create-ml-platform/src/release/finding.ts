/** What was looked at, and whether it is as it has to be. */
export interface Finding {
  readonly what: string;
  readonly found: string;
  readonly wanted: string;
  readonly ok: boolean;
}

/** A line for each finding, what is wrong marked. */
export function describeFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  const lines = findings.map(({ what, found, wanted, ok }) => {
    return `${ok ? 'ok   ' : 'wrong'}  ${what.padEnd(width)}  ${found}${ok ? '' : `; wanted: ${wanted}`}`;
  });
  const wrong = findings.filter(({ ok }) => !ok).length;
  return [...lines, '', wrong === 0 ? `All ${findings.length} are as they have to be.` : `${wrong} wrong.`, ''].join(
    '\n',
  );
}
