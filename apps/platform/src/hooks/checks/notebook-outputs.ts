import { z } from 'zod';

/** https://nbformat.readthedocs.io/en/latest/format_description.html */
const notebookSchema = z.object({
  cells: z.array(
    z.object({ outputs: z.array(z.unknown()).default([]), execution_count: z.number().nullable().optional() }),
  ),
});

/** How many cells of a notebook hold what they printed or drew: data that came along unseen. */
export function cellsWithOutputs(text: string): number {
  const { cells } = notebookSchema.catch({ cells: [] }).parse(parseJson(text));
  return cells.filter(({ outputs, execution_count: count }) => outputs.length > 0 || typeof count === 'number').length;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
