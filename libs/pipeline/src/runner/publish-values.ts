import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PlatformError, suggest } from '@ml-platform/errors';
import type { StepDocument } from '../document/document.ts';

/** Path of a text file by what goes into it: a metric as `metrics.auc` (output, then name), or a list's output. */
export type ValueFiles = Readonly<Record<string, string>>;

/**
 * Refuses a metric that the step doesn't declare, before it runs.
 *
 * @throws PlatformError `usage`.
 */
export function checkMetricFiles({ name, outputs }: StepDocument, files: ValueFiles): void {
  const declared = Object.entries(outputs).flatMap(([output, { metrics = [] }]) =>
    metrics.map((metric) => `${output}.${metric}`),
  );
  refuseUnknown(files, declared, `step '${name}' declares no metric`, `metrics of ${name}`);
}

/**
 * Refuses a list that is no JSON output of the step, before it runs.
 *
 * @throws PlatformError `usage`.
 */
export function checkListFiles({ name, outputs }: StepDocument, files: ValueFiles): void {
  const lists = Object.keys(outputs).filter((output) => outputs[output]?.kind === 'json');
  refuseUnknown(files, lists, `step '${name}' has no JSON output`, `JSON outputs of ${name}`);
}

function refuseUnknown(files: ValueFiles, known: readonly string[], message: string, plural: string): void {
  const unknown = Object.keys(files).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new PlatformError(`${message} '${unknown}'`, { code: 'usage', hint: suggest(unknown, known, plural) });
}

/** Writes single metrics of what a step left in `folder`, each as a number alone in a file: what an engine's gate reads. */
export async function publishMetrics({ outputs }: StepDocument, folder: string, files: ValueFiles): Promise<void> {
  for (const [metric, file] of Object.entries(files)) {
    const [output = '', ...name] = metric.split('.');
    const values = JSON.parse(await readFile(join(folder, outputs[output]?.path ?? output), 'utf8')) as object;
    await write(file, String(Object.entries(values).find(([key]) => key === name.join('.'))?.[1]));
  }
}

/**
 * Writes the indices of lists that a step left in `folder`, as `[0,1,2]`: what an engine fans out over.
 *
 * @throws PlatformError `step` for a file that holds no list.
 */
export async function publishLists({ name, outputs }: StepDocument, folder: string, files: ValueFiles): Promise<void> {
  for (const [output, file] of Object.entries(files)) {
    const list: unknown = JSON.parse(await readFile(join(folder, outputs[output]?.path ?? output), 'utf8'));
    if (!Array.isArray(list)) {
      throw new PlatformError(`output '${output}' of step '${name}' holds no JSON list, and is to be looped over`, {
        code: 'step',
        hint: 'write a list, such as ["JFK", "LAX"]',
      });
    }
    await write(file, JSON.stringify([...list.keys()]));
  }
}

/** `metric metrics.auc=0.7264`: what an engine that reads logs finds a step's metrics by. */
export async function metricLines({ outputs }: StepDocument, folder: string): Promise<string[]> {
  const lines = Object.entries(outputs).map(async ([output, { kind, path }]) => {
    if (kind !== 'metrics') return [];
    const values = JSON.parse(await readFile(join(folder, path), 'utf8')) as Record<string, number>;
    return Object.entries(values).map(([name, value]) => `metric ${output}.${name}=${value}`);
  });
  return (await Promise.all(lines)).flat();
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
