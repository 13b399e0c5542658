import { homedir } from 'node:os';
import { join } from 'node:path';

/** Of what tests make once per machine: outside of the checkout, shared by all. */
export function testCache(name: string): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ml-platform', name);
}
