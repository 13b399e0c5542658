import type { PipelineDocument, StepDocument } from '@ml-platform/pipeline';

type Source = StepDocument['inputs'][string]['from'][number];

/** The step that measures what another one registers, so that it can measure another model as well. */
export interface Evaluation {
  readonly step: StepDocument;
  /** File of the metrics, in what the step leaves. */
  readonly metricsPath: string;
  /** What it measures: whose model, and where in what that step leaves. */
  readonly model: { readonly step: string; readonly path: string };
}

/** Undefined where the metrics that a step registers are made by the step that trains, or by one that loops. */
export function evaluationOf({ steps }: PipelineDocument, registration: string): Evaluation | undefined {
  const inputs = Object.values(steps.find(({ name }) => name === registration)?.inputs ?? {});
  const from = (isMetrics: boolean) =>
    inputs.filter(({ kind }) => (kind === 'metrics') === isMetrics).flatMap((one) => one.from);
  const models = from(false);
  for (const { step: name, output } of from(true)) {
    const step = steps.find((one) => one.name === name);
    const model = step && models.find((one) => reads(step, one));
    const metricsPath = step?.outputs[output]?.path;
    const path = model && steps.find((one) => one.name === model.step)?.outputs[model.output]?.path;
    if (!step || !model || metricsPath === undefined || path === undefined || step.forEach) continue;
    return { step, metricsPath, model: { step: model.step, path } };
  }
  return undefined;
}

function reads({ inputs }: StepDocument, { step, output }: Source): boolean {
  return Object.values(inputs).some(({ from }) => from.some((one) => one.step === step && one.output === output));
}
