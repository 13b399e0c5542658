import { expect, test } from 'vitest';
import { rollOutLines, rollOutText } from './report.ts';
import type { RollOut } from './roll-out.ts';

const smoke = { seconds: 2.04, health: '200', model: { name: 'delays', version: '7' }, prediction: { label: 1 } };
const canary = { probes: 300, errors: 6, errorPercent: 2, p50: 12.3, p95: 480.6, others: 4 };
const TAKEN_BACK: RollOut = {
  ...{ env: 'prod', release: 'delays-7+0f3c2a1', before: 'delays-6+aaaaaaa', outcome: 'rolled back', seconds: 75.5 },
  ...{ reason: 'the canary failed: 6 of 300 probes failed: 1 % may', smoke },
  canary: { ...canary, problems: [{ problem: '500 `a`|b\nc', count: 6 }] },
  rollback: { to: 'delays-6+aaaaaaa', smoke: { ...smoke, seconds: 0.5 } },
};

test('what was taken back is told with why, what was measured, and what is served now', () => {
  expect(rollOutText(TAKEN_BACK)).toBe(`### ❌ Deploy to \`prod\`: rolled back

| | |
| --- | --- |
| release | \`delays-7+0f3c2a1\` |
| before | \`delays-6+aaaaaaa\` |
| why | the canary failed: 6 of 300 probes failed: 1 % may |
| now | \`delays-6+aaaaaaa\` |
| smoke test | answered after 2.0 s as delays 7: {"label":1}; /health 200 |
| canary | 300 probes, 6 failed (2.0 %), p50 12 ms, p95 481 ms, 4 answered by another model |
| after the rollback | answered after 0.5 s as delays 7: {"label":1}; /health 200 |
| took | 75.5 s |

What failed probes said:

- 6 × \`500 'a'\\|b c\`
`);
});

test('on a terminal it is a few lines', () => {
  expect(rollOutLines(TAKEN_BACK).split('\n')).toEqual([
    'delays-7+0f3c2a1 in prod: rolled back (75.5 s)',
    '  smoke test  answered after 2.0 s as delays 7: {"label":1}; /health 200',
    '  canary      300 probes, 6 failed (2.0 %), p50 12 ms, p95 481 ms, 4 answered by another model',
    '  why         the canary failed: 6 of 300 probes failed: 1 % may',
    '  now         delays-6+aaaaaaa',
    '',
  ]);
});

test('what was first, and what could not be taken back, is said', () => {
  const { before: _, ...first } = TAKEN_BACK;
  expect(rollOutText({ ...first, rollback: {} })).toContain('| before | none |');
  expect(rollOutText({ ...first, rollback: {} })).toContain('| now | none is served |');
  const stuck = rollOutText({ ...TAKEN_BACK, outcome: 'failed', rollback: { to: 'x', problem: 'the update failed' } });
  expect(stuck).toContain('| rollback | **failed**: the update failed |');
});
