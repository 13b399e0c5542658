import { writeSync } from 'node:fs';

/** Writes to standard output without starting Node's stream for it, which costs more than rendering a project. */
export function print(text: string): void {
  let rest = Buffer.from(text);
  try {
    while (rest.byteLength > 0) rest = rest.subarray(writeSync(1, rest));
  } catch {
    // A pipe that is full, or closed: the stream waits, or ends the process as the system expects.
    process.stdout.write(rest);
  }
}
