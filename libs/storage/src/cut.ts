import type { ByteRange } from './object-store.ts';

/** A range of what comes in chunks; ends with the chunk that the range ends in. */
export async function* cut(chunks: AsyncIterable<Uint8Array>, { start, end }: ByteRange): AsyncIterable<Uint8Array> {
  let position = 0;
  for await (const chunk of chunks) {
    const wanted = chunk.subarray(Math.max(0, start - position), end === undefined ? undefined : end - position);
    if (wanted.length > 0) yield wanted;
    position += chunk.length;
    if (end !== undefined && position >= end) return;
  }
}
