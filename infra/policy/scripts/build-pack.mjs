import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');

// Pulumi's runner type-checks a pack in TypeScript each time that it starts one.
await build({
  entryPoints: [join(project, 'src/pack.ts')],
  outfile: join(project, 'dist/index.js'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  external: ['@pulumi/*'],
  logLevel: 'warning',
});
