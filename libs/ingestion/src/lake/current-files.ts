import { z } from 'zod';
import { readPosition } from '../position/position.ts';
import type { Dataset } from './dataset.ts';

const generation = z.object({ files: z.array(z.string()) });

/** Files that are of the dataset now: of one that `compact` writes, those of its last whole generation; of others all. */
export async function currentFiles(dataset: Dataset): Promise<string[]> {
  const parsed = generation.safeParse((await readPosition(dataset))?.file.position);
  return parsed.success ? parsed.data.files : dataset.files();
}
