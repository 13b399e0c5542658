import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import type { Dataset } from '../lake/dataset.ts';

const claim = z.object({
  id: z.string(),
  machine: z.string(),
  pid: z.number(),
  started: z.string().optional(),
  since: z.string(),
  beat: z.number(),
});

const positionFile = z.object({
  /** What the position is one of. */
  source: z.string(),
  /** Where the next run begins; its form is the source's own. */
  position: z.json().optional(),
  /** Of the next row. */
  sequence: z.string().default('0'),
  /** Who runs now. */
  claim: claim.optional(),
});

export type Json = z.infer<ReturnType<typeof z.json>>;
export type PositionFile = z.infer<typeof positionFile>;

export interface FoundPosition {
  readonly file: PositionFile;
  /** Of the file in the store. */
  readonly version: string;
}

/**
 * Where a dataset's source was left off; nothing before the first run.
 *
 * @throws PlatformError `data` for a file that isn't one of ours.
 */
export async function readPosition({ store, positionPath, uri }: Dataset): Promise<FoundPosition | undefined> {
  const found = await store.stat(positionPath);
  if (found === undefined) return undefined;
  const text = await store.readText(positionPath);
  try {
    return { file: positionFile.parse(JSON.parse(text)), version: found.version };
  } catch (thrown) {
    throw new PlatformError(`${uri}: ${positionPath} is no position`, {
      code: 'data',
      hint: 'restore that file from a copy; without it a run would read everything anew',
      cause: thrown,
    });
  }
}
