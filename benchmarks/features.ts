/** Times building rolling rates per airport, beside pandas and polars, and looks at memory: `node benchmarks/features.ts`. */
import { runMain } from '@ml-platform/errors';
import { featuresReport } from './src/features/features-report.ts';
import { readOptions } from './src/options.ts';
import { printReport } from './src/report.ts';

await runMain(async () => {
  const { json, runs } = readOptions(process.argv.slice(2), 3);
  const report = await featuresReport(runs);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report));
});
