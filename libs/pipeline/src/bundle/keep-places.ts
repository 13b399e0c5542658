import { readFileSync } from 'node:fs';
import { extname, relative } from 'node:path';
import type { Loader, Plugin } from 'esbuild';
import { toPosix } from '../workspace/to-posix.ts';

/** Beside the chunks; written as it is in `source-module.mjs`. */
export const SOURCE_MODULE = './source-module.js';
const PROPERTIES = ['url', 'filename', 'dirname'];

/**
 * Lets `import.meta` of the workspace's own modules say where they would lie in a copy of the workspace, which a bundle is
 * as far as files are looked up: `new URL('./query.sql', import.meta.url)`.
 */
export function keepPlaces(workspace: string): Plugin {
  return {
    name: 'keep-places',
    setup({ initialOptions, onResolve, onLoad }) {
      initialOptions.define = Object.fromEntries(PROPERTIES.map((name) => [`import.meta.${name}`, `__module.${name}`]));
      onResolve({ filter: /^\.\/source-module\.js$/ }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /\.m?[jt]s$/ }, ({ path }) => {
        if (path.includes('node_modules')) return undefined;
        const text = readFileSync(path, 'utf8');
        if (!text.includes('import.meta.')) return undefined;
        const place = JSON.stringify(toPosix(relative(workspace, path)));
        const head = `import { sourceModule as __sourceModule } from '${SOURCE_MODULE}'; const __module = __sourceModule(${place});`;
        return { contents: `${head}${text.replace(/^#!.*/, '')}`, loader: extname(path).slice(-2) as Loader };
      });
    },
  };
}
