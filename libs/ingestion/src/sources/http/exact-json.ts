/** A number of more digits than a double holds. */
const LONG = /\d{16}/;

/** Parses JSON; a whole number that would lose digits stays the text that it is. */
export function parseExactly(text: string): unknown {
  if (!LONG.test(text)) return JSON.parse(text);
  return (JSON.parse as ParseWithSource)(text, (_name, value, context) => {
    const isRounded =
      typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '');
    return isRounded ? context?.source : value;
  });
}

/** TypeScript's own types don't know the third argument yet: https://github.com/tc39/proposal-json-parse-with-source */
type ParseWithSource = (
  text: string,
  reviver: (name: string, value: unknown, context?: { readonly source?: string }) => unknown,
) => unknown;
