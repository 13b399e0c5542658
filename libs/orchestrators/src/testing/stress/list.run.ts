import { writeFile } from 'node:fs/promises';

interface Context {
  readonly params: { readonly length: number; readonly level: number };
  readonly outputs: { readonly numbers: string };
  writeMetrics(name: 'metrics', values: { level: number; deficit: number }): Promise<void>;
}

export async function run({ params: { length, level }, outputs, writeMetrics }: Context): Promise<void> {
  await writeFile(outputs.numbers, JSON.stringify(Array.from({ length }, (_, index) => index + 1)));
  await writeMetrics('metrics', { level, deficit: 2 - level });
}
