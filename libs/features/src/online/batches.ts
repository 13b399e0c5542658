/** So many values travel together. */
export const BATCH = 1000;

/** Chunks cut to what travels together. */
export async function* inBatches<Item>(chunks: AsyncIterable<readonly Item[]>): AsyncGenerator<Item[]> {
  for await (const items of chunks) {
    for (let start = 0; start < items.length; start += BATCH) yield items.slice(start, start + BATCH);
  }
}
