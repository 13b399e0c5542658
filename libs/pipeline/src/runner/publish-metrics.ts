import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PlatformError, suggest } from '@ml-platform/errors';
import type { StepDocument } from '../document/document.ts';

/** Path of a text file by metric, which is named as `metrics.auc`: output, then name. */
export type MetricFiles = Readonly<Record<string, string>>;

/**
 * Refuses a metric that the step doesn't declare, before it runs.
 *
 * @throws PlatformError `usage`.
 */
export function checkMetricFiles({ name, outputs }: StepDocument, files: MetricFiles): void {
  const declared = Object.entries(outputs).flatMap(([output, { metrics = [] }]) =>
    metrics.map((metric) => `${output}.${metric}`),
  );
  const unknown = Object.keys(files).find((metric) => !declared.includes(metric));
  if (unknown === undefined) return;
  throw new PlatformError(`step '${name}' declares no metric '${unknown}'`, {
    code: 'usage',
    hint: suggest(unknown, declared, `metrics of ${name}`),
  });
}

/** Writes single metrics of what a step left in `folder`, each as a number alone in a file: what an engine's gate reads. */
export async function publishMetrics({ outputs }: StepDocument, folder: string, files: MetricFiles): Promise<void> {
  for (const [metric, file] of Object.entries(files)) {
    const [output = '', ...name] = metric.split('.');
    const values = JSON.parse(await readFile(join(folder, outputs[output]?.path ?? output), 'utf8')) as object;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, String(Object.entries(values).find(([key]) => key === name.join('.'))?.[1]));
  }
}
