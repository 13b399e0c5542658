import { z } from 'zod';
import { PlatformError } from '@ml-platform/errors';
import type { Json } from '../position/position.ts';

/**
 * How parts of a source without a watermark are named: every reading is whole, and replaces the one before when it is done.
 * Names say which reading and which part of it: `s000002.000000`.
 */
export function snapshotStart(reading: number, index: number): string {
  return `s${padded(reading)}.${padded(index)}`;
}

/** Files of other readings, and those of this one behind its last part, which an attempt that got further has left. */
export function isObsoleteSnapshot(reading: number, parts: number): (name: string) => boolean {
  return (name) => {
    const [, of, index] = /^part-s(\d+)\.(\d+)(?:_\d+)?\.parquet$/.exec(name) ?? [];
    return of !== undefined && (Number(of) !== reading || Number(index) >= parts);
  };
}

function padded(number: number): string {
  return String(number).padStart(6, '0');
}

/** @throws PlatformError `data` for a position of another form. */
export function positionOf<Schema extends z.ZodType>(
  schema: Schema,
  position: Json | undefined,
  source: string,
): z.infer<Schema> | undefined {
  if (position === undefined) return undefined;
  const parsed = schema.safeParse(position);
  if (parsed.success) return parsed.data;
  throw new PlatformError(
    `the position ${JSON.stringify(position)} is none of ${source}: ${z.prettifyError(parsed.error)}`,
    {
      code: 'data',
      hint: 'the table has another watermark or key than before: name another dataset, or remove the position to read anew',
    },
  );
}
