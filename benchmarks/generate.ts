/** Times `nx g step` in a pipeline of many steps, beside a generator that does nothing: `node benchmarks/generate.ts`. */
import { runMain } from '@ml-platform/errors';
import { generateReport } from './src/generate/generate-report.ts';
import { readOptions } from './src/options.ts';
import { printReport } from './src/report.ts';

await runMain(async () => {
  const { json, runs } = readOptions(process.argv.slice(2), 11);
  const report = await generateReport(runs);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report));
});
