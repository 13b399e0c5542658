import { expect, test } from 'vitest';
import { atMostMilliseconds, atMostTimes } from './goals.ts';
import { printReport } from './report.ts';

test('a report shows quartiles, ratios, goals met and missed, and what is missing', () => {
  const text = printReport({
    benchmark: 'create',
    machine: { node: 'v24.0.0', system: 'linux 6', processor: 'A', cores: 2, folder: '/tmp' },
    series: [
      {
        title: 'a project',
        runs: 3,
        load: { before: 0.1, after: 0.2 },
        timings: [
          { name: 'ours', lower: 40, median: 50, upper: 60, samples: [] },
          { name: 'a peer', lower: 90, median: 100, upper: 110.4, samples: [] },
        ],
        goals: [atMostTimes('half of a peer', 50, 100, 0.5), atMostMilliseconds('quick', 50, 49.5)],
      },
    ],
    missing: ['another peer: no network'],
    notes: ['a fact'],
  });
  expect(text).toBe(`create: Node v24.0.0, 2 cores of A, linux 6, in /tmp

a project (3 runs each, in turn; load 0.1 before, 0.2 after)
          lower quartile   median  upper quartile  ours / this
  ours           40.0 ms  50.0 ms         60.0 ms       1.00 ×
  a peer         90.0 ms   100 ms          110 ms       0.50 ×
  met     half of a peer: 0.50 ×, at most 0.50 ×
  missed  quick: 50.0 ms, at most 49.5 ms

not measured: another peer: no network
note: a fact
`);
});
