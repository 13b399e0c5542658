import { costReport } from '../cost/cost-report.ts';
import { type Estimate, estimate } from '../cost/estimate.ts';
import { readPriceTable } from '../cost/price-table.ts';
import { stackNames } from '../names/stack-names.ts';
import type { DeclaredResource } from '../program/run-program.ts';
import { runStack } from '../program/run-stack.ts';
import { readStackFile } from '../program/stack-file.ts';
import { loadCloud, loadCosts } from './load-cloud.ts';
import { type StackOptions, stackOf } from './options.ts';

/** Prints what a stack costs in a month by the list prices, as text or as one JSON document. */
export async function cost(options: StackOptions): Promise<void> {
  const stack = stackOf(options);
  const estimated = await estimateStack(options.project, stack);
  process.stdout.write(options.json ? `${JSON.stringify({ stack, ...estimated })}\n` : costText(stack, estimated));
}

export function costText(stack: string, estimated: Estimate): string {
  return costReport(`Stack ${stack}`, estimated);
}

/** By what its program asks for; `outputs` are those after its last update, of which the program keeps the release. */
export async function estimateStack(
  project: string,
  stack: string,
  outputs: Readonly<Record<string, unknown>> = {},
): Promise<Estimate> {
  const { resources } = await runStack(await loadCloud(project), project, stack, { outputs });
  return estimateOf(project, stack, resources);
}

export async function estimateOf(
  project: string,
  stack: string,
  resources: readonly DeclaredResource[],
): Promise<Estimate> {
  const book = await loadCosts(project);
  const { prefix } = stackNames(readStackFile(project, stack).project, stack);
  return estimate(resources, prefix, book, readPriceTable(book.table));
}
