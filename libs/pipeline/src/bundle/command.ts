import type { Parts } from './bundle.ts';

/** An executable that starts a module of `lib`; what has to be there before any other code comes first. */
export function command(name: string, module: string): Parts['files'] {
  return {
    [`bin/${name}`]: `#!/usr/bin/env node\nimport '../lib/source-module.js';\nawait import('../lib/${module}.js');\n`,
  };
}
