import { messageOf, PlatformError } from '@ml-platform/errors';
import { z } from 'zod';

export const expectedSchema = z.strictObject({
  /** Types by the column's name, as in the definition of a table: `{ "id": "BIGINT", "note": "VARCHAR?" }`. */
  columns: z.record(z.string(), z.string()),
  /** Whether a file may have other columns as well; true unless given. */
  extraColumns: z.boolean().default(true),
});

export type ExpectedSchema = z.output<typeof expectedSchema>;

/** What a file says of itself: a CSV has no types. */
export interface FoundColumns {
  readonly columns: ReadonlyMap<string, string | undefined>;
}

/**
 * Reads what a dataset's files are expected to have.
 *
 * @throws PlatformError `config` that names the file and the key.
 */
export function parseExpectedSchema(text: string, file: string): ExpectedSchema {
  const wrong = (problem: string) =>
    new PlatformError(`${file}: ${problem}`, {
      code: 'config',
      hint: 'write it as {"columns": {"id": "BIGINT", "note": "VARCHAR?"}, "extraColumns": false}',
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong(messageOf(error));
  }
  const parsed = expectedSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw wrong(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

/** Where a file isn't what was expected; nothing where it is. */
export function schemaProblems(expected: ExpectedSchema, { columns }: FoundColumns): string[] {
  const wanted = Object.entries(expected.columns);
  const problems = wanted.flatMap(([name, type]) => {
    if (!columns.has(name)) return isNullable(type) ? [] : [`column ${name} is missing`];
    const found = columns.get(name);
    return found === undefined || fits(type, found) ? [] : [`column ${name} is ${found}, expected ${type}`];
  });
  if (expected.extraColumns) return problems;
  const extra = [...columns.keys()].filter((name) => !Object.hasOwn(expected.columns, name));
  return [...problems, ...extra.map((name) => `column ${name} is not expected`)];
}

/**
 * Writers say of nearly every column that values may be missing, so only the other way round is a difference. JSON is text
 * to most of them.
 */
function fits(expected: string, found: string): boolean {
  const bare = (type: string) => type.replace(/\?$/, '');
  const [wanted, given] = [bare(expected), bare(found)];
  return wanted === given || (wanted === 'JSON' && given === 'VARCHAR');
}

function isNullable(type: string): boolean {
  return type.endsWith('?');
}
