#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { runMain } from '@ml-platform/errors';
import { bundleHandlers } from '../src/bundle/bundle-handlers.ts';

await runMain(async () => {
  const files = await bundleHandlers(fileURLToPath(new URL('../dist', import.meta.url)));
  for (const file of files) process.stdout.write(`${file}\n`);
});
