import { resolve } from 'node:path';
import { build } from 'esbuild';

/**
 * The command as plain JavaScript for Node 20, nothing left to install. CommonJS, which Node starts faster than
 * modules; the prompts apart, since a run that asks nothing should not even read them. Returns the absolute paths of the
 * modules that it is made of.
 */
export async function bundleCommand(entry: string, folder: string): Promise<string[]> {
  const shared = {
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'inline',
    logLevel: 'warning',
  } as const;
  const { metafile } = await build({
    ...shared,
    metafile: true,
    entryPoints: { main: entry },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    alias: { '@clack/prompts': './prompts.cjs' },
    external: ['./prompts.cjs'],
    define: { 'import.meta.dirname': '__dirname' },
  });
  await build({
    ...shared,
    stdin: { contents: "export * from '@clack/prompts';", resolveDir: import.meta.dirname },
    outfile: `${folder}/prompts.cjs`,
  });
  return Object.keys(metafile.inputs).map((path) => resolve(path));
}
