import { createHash } from 'node:crypto';
import { z } from 'zod';

const manifestSchema = z.array(z.object({ md5: z.string(), relpath: z.string() }));

/** The files of a folder that DVC tracks; paths from the folder, with `/`. */
export type Manifest = z.infer<typeof manifestSchema>;

/** A `.dir` object, or nothing where it isn't one. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The text of a `.dir` object, byte for byte as Python's json writes it, sorted by code points: its hash is the folder's. */
export function manifestText(files: readonly Readonly<Manifest[number]>[]): string {
  const entries = files
    .toSorted((a, b) => Buffer.compare(Buffer.from(a.relpath), Buffer.from(b.relpath)))
    .map(({ md5, relpath }) => `{"md5": ${ascii(md5)}, "relpath": ${ascii(relpath)}}`);
  return `[${entries.join(', ')}]`;
}

function ascii(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A folder's hash. */
export function hashOfManifest(text: string): string {
  return `${createHash('md5').update(text).digest('hex')}.dir`;
}
