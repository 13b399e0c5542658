import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

interface Context {
  readonly params: { readonly salt: string; readonly strict?: boolean; readonly rate?: number };
  readonly inputs: { readonly parts: readonly string[] };
  readonly outputs: { readonly value: string };
  writeMetrics(name: 'metrics', values: { level: number; deficit: number; score: number }): Promise<void>;
}

/** A value that any change of what it comes from changes; its level is the lowest of its parts'. */
export async function run({
  params: { salt, strict, rate = 1 },
  inputs,
  outputs,
  writeMetrics,
}: Context): Promise<void> {
  const texts = await Promise.all(inputs.parts.map((path) => readFile(path, 'utf8')));
  const levels = texts.map((text) => (JSON.parse(text) as { level: number }).level);
  const level = Math.min(...levels, strict ? 1 : 2);
  const value = createHash('sha256')
    .update(JSON.stringify([salt, rate, texts]))
    .digest('hex');
  await writeFile(outputs.value, JSON.stringify({ value, level }));
  await writeMetrics('metrics', { level, deficit: 2 - level, score: -Math.abs(rate - 1) });
}
