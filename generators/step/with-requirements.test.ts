import { expect, test } from 'vitest';
import { withRequirements } from './with-requirements.ts';

test('what is missing comes behind what is there, whichever way that is written', () => {
  const ours = '# ours\nScikit_Learn>=1.5 ; python_version > "3.10"\npandas[parquet]';
  expect(withRequirements(ours, ['pandas', 'scikit-learn', 'skl2onnx'])).toBe(`${ours}\nskl2onnx\n`);
  expect(withRequirements(ours, ['pandas'])).toBe(ours);
  expect(withRequirements('', ['duckdb'])).toBe('duckdb\n');
});
