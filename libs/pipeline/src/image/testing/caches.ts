import { join } from 'node:path';
import { defaultCache } from '../../python/uv.ts';

/** Of what tests make once per machine: outside of the checkout, shared by all. */
export function testCache(name: string): string {
  return join(defaultCache(), name);
}
