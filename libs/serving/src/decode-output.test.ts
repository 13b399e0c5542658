import { expect, test } from 'vitest';
import { decodeOutput, predictionRows } from './decode-output.ts';

test('every value of an output can be written as JSON', () => {
  const prediction = decodeOutput(
    [
      { name: 'p', type: 'float64' },
      { name: 'n', type: 'int64' },
      { name: 'b', type: 'bool' },
      { name: 's', type: 'string' },
    ],
    {
      rows: 2,
      columns: [
        new Float64Array([0.5, Number.NaN]),
        new BigInt64Array([3n, 2n ** 60n]),
        new Uint8Array([1, 0]),
        ['a', ''],
      ],
    },
  );
  expect(predictionRows(prediction)).toEqual([
    { p: 0.5, n: 3, b: true, s: 'a' },
    { p: null, n: '1152921504606846976', b: false, s: '' },
  ]);
  expect(JSON.parse(JSON.stringify(prediction))).toEqual(prediction);
});
