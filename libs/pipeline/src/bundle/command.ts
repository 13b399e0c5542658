import type { Parts } from './bundle.ts';

/** An executable that starts a module of `lib`, with words before those that it is given. */
export function command(name: string, module: string, words: readonly string[] = []): Parts['files'] {
  const lines = [
    '#!/usr/bin/env node',
    // What has to be there before any other code.
    "import '../lib/source-module.js';",
    ...(words.length > 0 ? [`process.argv.splice(2, 0, ...${JSON.stringify(words)});`] : []),
    `await import('../lib/${module}.js');`,
  ];
  return { [`bin/${name}`]: lines.map((line) => `${line}\n`).join('') };
}
