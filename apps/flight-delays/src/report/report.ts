import type { ModelManifest } from '@ml-platform/registry';
import type { Evaluation } from '../evaluation/evaluation.ts';
import { barChart, calibrationChart, histogramChart, hourAucChart, hourChart, rocChart } from './charts.ts';
import { type Html, html, page, raw } from './page.ts';
import { renderSvgs } from './svg.ts';
import { readTrainingRecord, type TrainingRecord } from './training-record.ts';

/** City and state by airport code. */
export type AirportNames = ReadonlyMap<string, string>;

export interface ReportInput {
  readonly evaluation: Evaluation;
  readonly manifest: ModelManifest;
  readonly airports: AirportNames;
  readonly topAirports: number;
}

/** The evaluation as one HTML page; the same input makes the same bytes. */
export async function renderReport({ evaluation, manifest, airports, topAirports }: ReportInput): Promise<string> {
  const training = readTrainingRecord(manifest);
  const charts = await renderSvgs({
    roc: rocChart(evaluation),
    calibration: calibrationChart(evaluation),
    histogram: histogramChart(evaluation),
    hour: hourChart(evaluation),
    hourAuc: hourAucChart(evaluation),
    airports: barChart(airportBars(evaluation, airports, topAirports), 'AUC', 0.4),
    importance: barChart(importanceBars(training), 'share of the gain'),
  });
  const title = 'Will this flight arrive more than 15 minutes late?';
  return page(
    title,
    html`<header><h1>${title}</h1><p>${summary(evaluation, training)}</p>
<p>The hour is the one in which the plane really left, so the model speaks at departure, not before.</p></header>
<section class="cards">${cards(evaluation.metrics)}</section>
<section class="figures">
${figure('Ranking', 'ROC curve of the model and of the baseline, the rate by airport and hour.', charts.roc)}
${figure('Calibration', 'Of the flights given a probability, how many were late; the dashed line is perfect.', charts.calibration)}
${figure('Scores', 'How the probabilities of late and punctual flights are spread.', charts.histogram)}
${figure('Through the day', 'Predicted and real share of late flights by hour.', charts.hour)}
${figure('AUC by hour', 'How well flights within one hour are told apart.', charts.hourAuc)}
${figure('AUC by airport', `The ${topAirports} busiest airports of departure, the busiest first.`, charts.airports)}
${figure('What the model looks at', 'Share of the training loss that splits on each feature took away.', charts.importance)}
${foldTable(training)}
</section>`,
  );
}

function summary({ metrics }: Evaluation, { rows, firstDay, lastDay }: TrainingRecord): string {
  const period = firstDay && lastDay ? ` of ${firstDay} to ${lastDay}` : '';
  const trained = rows === undefined ? '' : ` Trained on ${count(rows)} flights${period}.`;
  return `Tested on ${count(metrics.rows)} later flights, of which ${percent(metrics.lateRate)} were late.${trained}`;
}

function cards(metrics: Evaluation['metrics']): Html[] {
  return [
    html`<div class="card lead"><b>${metrics.auc.toFixed(4)}</b><span>AUC (baseline ${metrics.baselineAuc.toFixed(4)})</span></div>`,
    html`<div class="card lead"><b>${metrics.logLoss.toFixed(4)}</b><span>log loss (baseline ${metrics.baselineLogLoss.toFixed(4)})</span></div>`,
    html`<div class="card"><b>${metrics.brier.toFixed(4)}</b><span>Brier score</span></div>`,
    html`<div class="card"><b>${percent(metrics.calibrationError)}</b><span>calibration error</span></div>`,
    html`<div class="card"><b>${count(metrics.rows)}</b><span>test flights</span></div>`,
  ];
}

function figure(title: string, caption: string, svg: string): Html {
  return html`<figure><figcaption><h2>${title}</h2><p>${caption}</p></figcaption>${raw(svg)}</figure>`;
}

function foldTable({ crossValidation }: TrainingRecord): Html {
  const rows = crossValidation.map(
    (fold) =>
      html`<tr><td>${monthName(fold.month)}</td><td>${count(fold.trainRows)}</td><td>${count(fold.validationRows)}</td><td>${fold.auc.toFixed(4)}</td><td>${fold.logLoss.toFixed(4)}</td></tr>`,
  );
  return html`<figure><figcaption><h2>Cross-validation</h2><p>Each month, after training on a sample of the months before it.</p></figcaption>
<table><thead><tr><th>month</th><th>train</th><th>validate</th><th>AUC</th><th>log loss</th></tr></thead><tbody>${rows}</tbody></table></figure>`;
}

function airportBars({ byOrigin }: Evaluation, names: AirportNames, top: number) {
  return byOrigin
    .slice(0, top)
    .filter(({ auc }) => auc !== null)
    .map(({ key, auc }) => ({ label: `${key} ${names.get(key) ?? ''}`.trim(), value: auc ?? 0 }));
}

function importanceBars({ featureImportance }: TrainingRecord) {
  return Object.entries(featureImportance)
    .map(([label, value]) => ({ label, value }))
    .sort((a, b) => b.value - a.value);
}

/** 200105 → `2001-05` */
function monthName(month: number): string {
  return `${Math.floor(month / 100)}-${String(month % 100).padStart(2, '0')}`;
}

function count(rows: number): string {
  return rows.toLocaleString('en-US');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
