import { build, type OutputFile } from 'esbuild';
import { keepPackages, type KeptPackages } from './keep-packages.ts';
import { keepPlaces } from './keep-places.ts';
import type { LockEntries } from './lock-graph.ts';

export interface Compiled {
  /** Code and source maps, with absolute paths in `outdir`. */
  readonly files: readonly OutputFile[];
  /** Keys in the lock of the packages that stay packages, sorted. */
  readonly packages: readonly string[];
}

export interface CompileOptions {
  readonly workspace: string;
  /** Absolute path of a module by the name of the file that it becomes. */
  readonly entries: Readonly<Record<string, string>>;
  /** Absolute path of a folder in the workspace, where the files would lie; it isn't written to. */
  readonly outdir: string;
  readonly lock: LockEntries;
}

/** CommonJS packages reach Node's own modules by it. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/**
 * Compiles modules, with all that they import, to JavaScript in one folder; what is imported lazily stays apart. Packages
 * that can't be moved into another file stay packages: those with binaries, and those whose files are looked up by path.
 */
export async function compile(options: CompileOptions, keep: ReadonlySet<string> = new Set()): Promise<Compiled> {
  const { workspace, entries, outdir, lock } = options;
  const kept: KeptPackages = { known: keep, imported: new Set(), found: new Set() };
  const { outputFiles } = await build({
    entryPoints: { ...entries },
    outdir,
    chunkNames: '[name]-[hash]',
    absWorkingDir: workspace,
    write: false,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'inline',
    logLevel: 'warning',
    sourcemap: 'linked',
    sourcesContent: false,
    banner: { js: REQUIRE },
    plugins: [keepPackages(lock, kept), keepPlaces(workspace)],
  });
  const all = new Set([...keep, ...kept.found]);
  if (all.size > keep.size) return compile(options, all);
  return { files: outputFiles, packages: [...kept.imported].toSorted() };
}
