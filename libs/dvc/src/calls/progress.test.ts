import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Progress, parseProgress } from './progress.ts';
import { saidReader } from './said.ts';

test.each([
  ['  0% Adding...|          |0/1 [00:00<?,     ?file/s]', { label: 'Adding...', done: 0, total: 1, unit: 'file' }],
  [
    ' 37%|███▋      |Fetching from local            11/30 [00:00<00:00, 482.53file/s]',
    { label: 'Fetching from local', done: 11, total: 30, unit: 'file' },
  ],
  [
    '  6%|6         |Pushing to s3                  2/30 [01:02<04:00,  1.50s/file]',
    { label: 'Pushing to s3', done: 2, total: 30, unit: 'file' },
  ],
  ['Collecting          |1.14k [00:00, 1.14kentry/s]', { label: 'Collecting', done: 1140, unit: 'entry' }],
  [
    ' 50%|█████     |a/b.bin            1.50M/3.00M [00:01<00:01, 1.50MB/s]',
    { label: 'a/b.bin', done: 1_572_864, total: 3_145_728, unit: 'B' },
  ],
  ['  0% |          |0/? [00:00<?,    ?files/s]', { label: '', done: 0, unit: 'files' }],
])('%s', (bar, progress) => {
  expect(parseProgress(bar)).toEqual(progress);
});

test.each(['4 files pushed', "ERROR: failed to transfer 'a' - [Errno 2] No such file: 'x/1/2'", 'A\td/', '[1/2, 3/4]'])(
  'no bar: %s',
  (line) => {
    expect(parseProgress(line)).toBeUndefined();
  },
);

test('however a stream is cut, bars and lines are told apart', () => {
  const bar = ' 50%|█████     |Fetching ünd 1/2 [00:00<00:00, 9.50file/s]';
  const stream = Buffer.from(`!\r\r${bar}\r${' '.repeat(60)}\rERROR: é\n\u001b[A${bar}\nWARNING: b\r\nlast`);
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
      const lines: string[] = [];
      const progress: Progress[] = [];
      const reader = saidReader({ onLine: (line) => lines.push(line), onProgress: (one) => progress.push(one) });
      const places = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
      for (const [index, place] of places.slice(1).entries()) reader.write(stream.subarray(places[index], place));
      reader.end();
      expect(lines).toEqual(['ERROR: é', 'WARNING: b', 'last']);
      expect(progress).toEqual(Array(2).fill({ label: 'Fetching ünd', done: 1, total: 2, unit: 'file' }));
    }),
  );
});
