import { createHash } from 'node:crypto';

const LONGEST = 80;

/**
 * A file's name, without ending, of where in the source a part begins. The same start always has the same name, and two
 * starts never: what a path can't hold, or what file systems take for equal, is told apart by a hash.
 */
export function partName(start: string): string {
  const plain = start.toLowerCase().replace(/[^a-z\d.-]+/g, '_');
  if (plain === start && plain.length <= LONGEST && plain !== '') return `part-${plain}`;
  const hash = createHash('sha256').update(start).digest('hex').slice(0, 12);
  return `part-${plain.slice(0, LONGEST)}_${hash}`;
}
