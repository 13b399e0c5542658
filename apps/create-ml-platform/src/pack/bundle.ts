import { build } from 'esbuild';

/** The command as plain JavaScript for Node 20, nothing left to install: `main.mjs`, and what it loads on demand. */
export async function bundleCommand(entry: string, outdir: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'inline',
    logLevel: 'warning',
  });
}
