import { expect, test } from 'vitest';
import { type Comparison, compareVersions } from './compare-versions.ts';
import { comparisonMarkdown } from './comparison-markdown.ts';
import type { Measured } from './measured.ts';

const GATE = {
  file: 'apps/sales/gate.yaml',
  model: 'sales',
  metrics: { loss: { better: 'lower', atMost: 1 } },
} as const;

function compared(losses: readonly number[], metric = 'loss', measured?: Measured): Comparison {
  const versions = losses.map((loss, index) => ({
    name: 'sales',
    version: String(index + 1),
    location: '/models',
    contentHash: `hash ${index}`,
    createdAt: '2026-01-01T00:00:00.000Z',
    metrics: { [metric]: loss },
    lineage: {},
    aliases: [],
  }));
  const [candidate, champion] = versions.toReversed();
  if (candidate === undefined) throw new Error('no version');
  const gate = { ...GATE, metrics: { [metric]: GATE.metrics.loss } };
  return compareVersions({
    candidate: { version: candidate, training: null },
    champion: champion && { version: champion, training: null },
    measured,
    gate,
    versions,
  });
}

const chartOf = (comparison: Comparison) => /```mermaid\n(.*?)```/s.exec(comparisonMarkdown(comparison))?.[1];

test('a chart has the last ten versions, and numbers as Mermaid reads them', () => {
  const chart = chartOf(compared([...Array(12).keys()].map((index) => (index + 1) * 1e-7)));
  expect(chart).toContain('x-axis ["3", "4", "5", "6", "7", "8", "9", "10", "11", "candidate"]');
  expect(chart).toContain('line [0.0000003, 0.0000004,');
  expect(chart).not.toMatch(/\de-\d/);
});

test('a metric that never moved has room around it, and a name that Mermaid would end a text at is harmless', () => {
  expect(chartOf(compared([0, 0]))).toContain('y-axis -1 --> 1\n');
  expect(chartOf(compared([0.5, 0.5]))).toContain('y-axis 0.45 --> 0.55\n');
  expect(chartOf(compared([1, 2], 'a "b"'))).toContain(`title "a 'b' by version"`);
});

test('a champion that was measured again is judged by that; one that was not is told', () => {
  const again = compared([0.4, 0.9], 'loss', { metrics: { loss: 0.95 } });
  expect(again).toMatchObject({ apart: null, metrics: [{ candidate: 0.9, champion: 0.95 }] });
  expect(comparisonMarkdown(again)).toContain("Both are measured on the candidate's data.");
  const apart = compared([0.4, 0.9], 'loss', { reason: 'it reads another column' });
  expect(apart).toMatchObject({ metrics: [{ candidate: 0.9, champion: 0.4 }] });
  expect(comparisonMarkdown(apart)).toContain('numbers are of its own data: it reads another column.');
});

test('one version alone has no chart; a bar in a name breaks no table', () => {
  expect(chartOf(compared([1]))).toBeUndefined();
  expect(comparisonMarkdown(compared([1], 'a|b'))).toContain('| ✅ | a\\|b ↓ | 1 | at most 1 |');
});
