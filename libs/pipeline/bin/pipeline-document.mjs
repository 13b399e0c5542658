#!/usr/bin/env node
/** Prints the document of the pipeline that a file exports: `pipeline-document.mjs apps/flight-delays/src/pipeline.ts`. */
import module from 'node:module';
import { fileURLToPath } from 'node:url';

module.enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/node', import.meta.url)));
const { PlatformError, runMain } = await import('@ml-platform/errors');
const { loadPipeline, toDocument } = await import('../src/index.ts');

await runMain(async () => {
  const [file] = process.argv.slice(2);
  if (file === undefined)
    throw new PlatformError('no pipeline file given', { code: 'usage', hint: 'name it as apps/NAME/src/pipeline.ts' });
  process.stdout.write(`${JSON.stringify(toDocument(await loadPipeline(file)))}\n`);
});
