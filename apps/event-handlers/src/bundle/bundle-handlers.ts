import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const HANDLERS = ['validate', 'retrain', 'notify'] as const;

export type HandlerName = (typeof HANDLERS)[number];

const WORKSPACE = fileURLToPath(new URL('../../../..', import.meta.url));
/** CommonJS packages reach Node's own modules by it. */
const REQUIRE = "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);";

/** Writes each handler as one file, `<outdir>/<handler>/index.mjs`: the same code gives the same bytes, wherever it lies. */
export async function bundleHandlers(outdir: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: HANDLERS.map((name) => ({
      in: fileURLToPath(new URL(`../handlers/${name}.ts`, import.meta.url)),
      out: `${name}/index`,
    })),
    outdir,
    outExtension: { '.js': '.mjs' },
    absWorkingDir: WORKSPACE,
    bundle: true,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
    banner: { js: REQUIRE },
  });
  return Object.keys(metafile.outputs).map((file) => relative('.', `${WORKSPACE}${file}`));
}
