/** Times a pipeline that is up to date, and one with a changed step, beside DVC and kedro: `node benchmarks/rerun.ts`. */
import { runMain } from '@ml-platform/errors';
import { readOptions } from './src/options.ts';
import { printReport } from './src/report.ts';
import { rerunReport } from './src/rerun/rerun-report.ts';

await runMain(async () => {
  const { json, runs } = readOptions(process.argv.slice(2), 11);
  const report = await rerunReport(runs);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report));
});
