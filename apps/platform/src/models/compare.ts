import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { text } from '../command-line.ts';
import { compareInRegistry } from './comparison/compare-in-registry.ts';
import { comparisonMarkdown } from './comparison/comparison-markdown.ts';
import { describeComparison } from './comparison/describe-comparison.ts';
import { refusal } from './comparison/refusal.ts';
import { readOptions } from './options.ts';
import { CANDIDATE } from './push-version.ts';
import { registryLocation, withRegistry } from './registry-location.ts';

/**
 * `platform models compare NAME`.
 *
 * @throws PlatformError `step` where the gate says no, after it was printed.
 */
export async function compare(args: readonly string[], workspace: string): Promise<void> {
  const options = { candidate: text, champion: text, markdown: text };
  const { values, positionals } = readOptions('compare', args, options, { least: 1, most: 1 });
  const { candidate = CANDIDATE, champion, markdown, json } = values;
  const [name = ''] = positionals;
  const comparison = await withRegistry(registryLocation(values.registry, workspace), async (registry) =>
    compareInRegistry(await registry.get(name, candidate), registry, { workspace, champion }),
  );
  if (markdown !== undefined) {
    await mkdir(dirname(markdown), { recursive: true });
    await writeFile(markdown, comparisonMarkdown(comparison));
  }
  process.stdout.write(json ? `${JSON.stringify(comparison)}\n` : describeComparison(comparison));
  if (!comparison.passes) throw refusal(comparison, `train a better model, or change ${comparison.gate}`);
}
