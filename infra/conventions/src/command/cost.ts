import { costReport } from '../cost/cost-report.ts';
import { estimate } from '../cost/estimate.ts';
import { readPriceTable } from '../cost/price-table.ts';
import { stackNames } from '../names/stack-names.ts';
import { runStack } from '../program/run-stack.ts';
import { readStackFile } from '../program/stack-file.ts';
import { loadCloud, loadCosts } from './load-cloud.ts';
import { type StackOptions, stackOf } from './options.ts';

/** Prints what a stack costs in a month by the list prices, as text or as one JSON document. */
export async function cost(options: StackOptions): Promise<void> {
  const { project, json } = options;
  const stack = stackOf(options);
  const [cloud, book] = await Promise.all([loadCloud(project), loadCosts(project)]);
  const { resources } = await runStack(cloud, project, stack);
  const { prefix } = stackNames(readStackFile(project, stack).project, stack);
  const estimated = estimate(resources, prefix, book, readPriceTable(book.table));
  const text = json ? `${JSON.stringify({ stack, ...estimated })}\n` : costReport(`Stack ${stack}`, estimated);
  process.stdout.write(text);
}
