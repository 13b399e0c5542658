import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** How names start of what is not there yet; no list shows them. */
export const INCOMING = '.incoming-';

export function isIncoming(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).startsWith(INCOMING);
}

/** A name for what is not there yet. */
export function incomingName(): string {
  return `${INCOMING}${randomUUID()}`;
}

/** Makes a file beside its place, then puts it there, as by `rename`; what fails leaves nothing. */
export async function placed<Result>(
  file: string,
  make: (incoming: string) => Promise<void>,
  place: (incoming: string, file: string) => Promise<Result>,
): Promise<Result> {
  const incoming = join(dirname(file), incomingName());
  try {
    await make(incoming);
    return await place(incoming, file);
  } finally {
    await rm(incoming, { force: true });
  }
}
