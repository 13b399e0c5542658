import { readFile, writeFile } from 'node:fs/promises';

interface Context {
  readonly inputs: { readonly parts: readonly string[]; readonly level: string };
  readonly outputs: { readonly all: string };
  writeMetrics(name: 'metrics', values: { sum: number }): Promise<void>;
}

export async function run({ inputs, outputs, writeMetrics }: Context): Promise<void> {
  const texts = await Promise.all(inputs.parts.map((path) => readFile(path, 'utf8')));
  const values = texts.map((text) => (JSON.parse(text) as { value: number }).value);
  const { level } = JSON.parse(await readFile(inputs.level, 'utf8')) as { level: number };
  await writeFile(outputs.all, JSON.stringify({ values, level }));
  await writeMetrics('metrics', { sum: values.reduce((sum, value) => sum + value, 0) });
}
