/** Times compiling a pipeline of 40 steps that asks for every feature, for each engine: `node benchmarks/compile.ts`. */
import { runMain } from '@ml-platform/errors';
import { compileReport } from './src/compile/compile-report.ts';
import { readOptions } from './src/options.ts';
import { printReport } from './src/report.ts';

await runMain(async () => {
  const { json, runs } = readOptions(process.argv.slice(2), 21);
  const report = await compileReport(runs);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report));
});
