/** Stands beside a bundle's chunks: tells code where its module would lie, the folder above being the workspace. */
import { dirname } from 'node:path';
import { setSourceMapsEnabled } from 'node:process';
import { fileURLToPath } from 'node:url';

// A step finds the file that defines it by its source map; and a stack names the lines that the team wrote.
setSourceMapsEnabled(true);

/** What `import.meta` is to the module at `path` in the workspace. */
export function sourceModule(path) {
  const { href: url } = new URL(`../${path}`, import.meta.url);
  const filename = fileURLToPath(url);
  return { url, filename, dirname: dirname(filename) };
}
