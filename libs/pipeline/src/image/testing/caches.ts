import { homedir } from 'node:os';
import { join } from 'node:path';

/** Of what tests make once per machine: outside of the checkout, shared by all. */
export function testCache(name: string): string {
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(caches, 'ml-platform', name);
}
