import type { Backend } from './backend.ts';

/**
 * All files whose path starts with `prefix`, sorted, one folder at a time. A folder's name has its `/` when it is sorted:
 * `a-b` comes before `a/b`, as it does among whole paths.
 */
export async function* walk(backend: Backend, prefix: string): AsyncIterable<string> {
  for (const path of (await backend.children(prefix)).sort()) {
    if (path.endsWith('/')) yield* walk(backend, path);
    else yield path;
  }
}
