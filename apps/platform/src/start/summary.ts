import type { StepOutcome } from '@ml-platform/pipeline';
import type { Listening } from '@ml-platform/model-server';
import { curlCommand, type Prediction, type Row } from './sample-prediction.ts';

export interface Started {
  readonly pipeline: string;
  /** Of the pipeline, served from the cache or not. */
  readonly seconds: number;
  readonly steps: readonly StepOutcome[];
  readonly service: Listening;
  readonly prediction: Prediction;
}

/** What ran, what it measured, and what the model says, for a person. */
export function summary({ pipeline, seconds, steps, service, prediction }: Started): string {
  const width = Math.max(...steps.map(({ step }) => step.length));
  const lines = steps.map((outcome) => `  ${outcome.step.padEnd(width)}  ${describe(outcome)}`.trimEnd());
  const reports = steps.flatMap((outcome) => outcome.reports.map((path) => `  ${path}`));
  return [
    '',
    `${pipeline} ran in ${seconds.toFixed(1)} s`,
    ...lines,
    ...(reports.length > 0 ? ['', 'Report', ...reports] : []),
    '',
    `${service.model} version ${service.version} (${service.alias}) says`,
    `  ${cells(prediction.input)}`,
    `  → ${cells(prediction.output)}`,
    '',
  ].join('\n');
}

/** Where a model that goes on being served answers. */
export function invitation({ service, prediction }: Pick<Started, 'service' | 'prediction'>): string {
  const command = curlCommand(service.predict, prediction.input);
  return `\nAsk it\n  ${command}\n  ${service.docs}\n\nCtrl-C stops the server.\n`;
}

function describe({ status, reason, metrics }: StepOutcome): string {
  if (status === 'skipped') return `skipped: ${reason}`;
  if (status === 'missing') return 'has not run';
  const numbers = Object.entries(metrics).map(([name, value]) => `${name} ${figure(value)}`);
  return numbers.length > 0 ? numbers.join(', ') : 'done';
}

function cells(row: Row): string {
  return Object.entries(row)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? figure(value) : String(value)}`)
    .join(', ');
}

/** Counts in full, all else to four significant digits. */
function figure(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : String(Number(value.toPrecision(4)));
}
