// What a lock file's keys are made of, in the order of the Unicode Collation Algorithm's root: cldr.unicode.org.
const ORDER = '_-,.@/0123456789abcdefghijklmnopqrstuvwxyz';
const UPPER = '                ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const KNOWN = /^[\w,.@/-]*$/;

/**
 * The order of `localeCompare(…, 'en')`, in which npm writes keys. Written out, because loading the real collation
 * takes longer than making a whole project; whatever isn't an everyday name still goes there.
 */
export function compareAsNpm(a: string, b: string): number {
  const index = firstDifference(a, b);
  const [first, second] = [rank(a[index]), rank(b[index])];
  const isPlain = first !== undefined && second !== undefined && first !== second;
  if (isPlain && KNOWN.test(a.slice(index)) && KNOWN.test(b.slice(index))) return first - second;
  return a === b ? 0 : a.localeCompare(b, 'en');
}

function firstDifference(a: string, b: string): number {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index++;
  return index;
}

/** The end of a text comes before any letter; upper and lower case are alike; undefined for any other letter. */
function rank(letter: string | undefined): number | undefined {
  if (letter === undefined) return -1;
  const place = Math.max(ORDER.indexOf(letter), letter === ' ' ? -1 : UPPER.indexOf(letter));
  return place < 0 ? undefined : place;
}
