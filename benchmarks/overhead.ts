/** Times pipelines of steps that do nothing, beside kedro, DVC, Prefect, Airflow and make: `node benchmarks/overhead.ts`. */
import { runMain } from '@ml-platform/errors';
import { readOptions } from './src/options.ts';
import { overheadReport } from './src/overhead/overhead-report.ts';
import { printReport } from './src/report.ts';

await runMain(async () => {
  const { json, runs } = readOptions(process.argv.slice(2), 5);
  const report = await overheadReport(runs);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report));
});
