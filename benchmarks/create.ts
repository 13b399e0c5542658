/** Times making a project, from the packed command, beside what others take to make theirs: `node benchmarks/create.ts`. */
import { runMain } from '@ml-platform/errors';
import { createReport } from './src/create/create-report.ts';
import { readOptions } from './src/options.ts';
import { printReport } from './src/report.ts';

await runMain(async () => {
  const { json, runs } = readOptions(process.argv.slice(2), 15);
  const report = await createReport(runs);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report));
});
