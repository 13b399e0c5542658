import type { ModelManifest } from '@ml-platform/registry';
import { expect, test } from 'vitest';
import { evaluateFlights } from '../evaluation/evaluation.ts';
import { html, raw } from './page.ts';
import { renderReport } from './report.ts';

const rows = Array.from({ length: 40 }, (_, index) => index);
const evaluation = evaluateFlights(
  {
    late: rows.map((index) => index % 2),
    probability: Float64Array.from(rows, (index) => ((index * 7) % 40) / 40),
    baseline: Float64Array.from(rows, () => 0.5),
    origin: rows.map((index) => (index % 3 ? 'ABQ' : 'DAL')),
    hour: rows.map((index) => index % 4),
  },
  5,
);
const manifest: ModelManifest = {
  formatVersion: '1.0',
  signature: { inputs: [{ name: 'hour', type: 'float32' }], outputs: [{ name: 'delay_probability', type: 'float32' }] },
  example: { hour: 8 },
  reference: { rows: 1000, firstDay: '2001-01-01', lastDay: '2001-05-31' },
  lineage: {
    featureImportance: { hour: 0.6, '<origin>': 0.4 },
    crossValidation: [{ month: 200105, trainRows: 900, validationRows: 100, auc: 0.7, logLoss: 0.5 }],
  },
};
const input = { evaluation, manifest, airports: new Map([['ABQ', 'Albuquerque, NM']]), topAirports: 20 };

test('the same evaluation makes the same page', async () => {
  expect(await renderReport(input)).toBe(await renderReport(input));
});

test('the page needs no other file and says what was found', async () => {
  const page = await renderReport(input);
  expect(page.match(/<svg/g)).toHaveLength(7);
  expect(page).not.toMatch(/<script|<link|\s(?:src|href)=|url\((?!#)/);
  expect(page).toContain('Trained on 1,000 flights of 2001-01-01 to 2001-05-31.');
  expect(page).toContain('<td>2001-05</td>');
  expect(page).toContain('ABQ Albuquerque, NM');
  expect(page).not.toContain('<origin>');
});

test('a model that says nothing of its training has a report as well', async () => {
  const { reference: _, lineage: __, ...silent } = manifest;
  expect(await renderReport({ ...input, manifest: silent })).toContain('AUC');
});

test('text is escaped, HTML is not', () => {
  expect(html`<p>${'a < b & "c"'}${raw('<br>')}</p>`.html).toBe('<p>a &lt; b &amp; &quot;c&quot;<br></p>');
});
