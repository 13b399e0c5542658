/** Times a call of DVC through the library, beside the bare command: `node benchmarks/dvc.ts`. */
import { runMain } from '@ml-platform/errors';
import { dvcReport } from './src/dvc/dvc-report.ts';
import { readOptions } from './src/options.ts';
import { printReport } from './src/report.ts';

await runMain(async () => {
  const { json, runs } = readOptions(process.argv.slice(2), 21);
  const report = await dvcReport(runs);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report));
});
