import type { Parts } from './bundle.ts';

/** An executable that starts a module of `lib`. */
export function command(name: string, module: string): Parts['files'] {
  return { [`bin/${name}`]: `#!/usr/bin/env node\nimport '../lib/${module}.js';\n` };
}
