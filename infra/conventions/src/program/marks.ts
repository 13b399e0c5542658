import { UNKNOWN } from './unknown.ts';

/** The keys by which Pulumi's wire format marks a value that is more than JSON: `@pulumi/pulumi/runtime/rpc.js`. */
const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';
const RESOURCE = '5cf8f73096256a8f31e491e813e4eb8e';
const OUTPUT = 'd0e6a833031e9bbcd3f4e8bde6ca49a4';

type Marked = Readonly<Record<string, unknown>>;

export function hasSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasSecret);
  if (typeof value !== 'object' || value === null) return false;
  return (value as Marked)[SIGNATURE] === SECRET || Object.values(value).some(hasSecret);
}

/** The value as plain JSON: a secret in the open, a resource as its URN. */
export function withoutMarks(value: unknown): unknown {
  return mapped(value, (marked) => {
    if (marked[SIGNATURE] === SECRET) return withoutMarks(marked.value);
    if (marked[SIGNATURE] === OUTPUT) return 'value' in marked ? withoutMarks(marked.value) : UNKNOWN;
    return marked[SIGNATURE] === RESOURCE ? marked.urn : undefined;
  });
}

/** The value without what it depends on; a secret stays one. */
export function withoutOutputs(value: unknown): unknown {
  return mapped(value, (marked) => {
    if (marked[SIGNATURE] !== OUTPUT) return undefined;
    const inner = 'value' in marked ? withoutOutputs(marked.value) : UNKNOWN;
    return marked.secret === true ? { [SIGNATURE]: SECRET, value: inner } : inner;
  });
}

/** Each object replaced by what `read` makes of it, and walked through where that is nothing. */
function mapped(value: unknown, read: (marked: Marked) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => mapped(one, read));
  if (typeof value !== 'object' || value === null) return value;
  const replaced = read(value as Marked);
  if (replaced !== undefined) return replaced;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapped(one, read)]));
}
