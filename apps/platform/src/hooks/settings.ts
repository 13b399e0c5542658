import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { z } from 'zod';

export const SETTINGS_FILE = '.husky/settings.json';

const settingsSchema = z.strictObject({
  commitMessages: z.enum(['conventional', 'any']).default('conventional'),
  /** What is larger belongs in DVC; in MB of 1,000,000 bytes. */
  largestFileMb: z.number().positive().default(1),
  /** Patterns of paths that may be larger. */
  largeFiles: z.array(z.string()).default(['**/package-lock.json']),
  /** Whether pre-push runs the tests of what is pushed. */
  affectedTests: z.boolean().default(true),
});

export type Settings = z.infer<typeof settingsSchema>;

/**
 * The settings of a work tree's hooks, with defaults for what isn't said.
 *
 * @throws PlatformError `config` that names the file and the key.
 */
export async function readSettings(root: string): Promise<Settings> {
  const text = await readFile(join(root, SETTINGS_FILE), 'utf8').catch(() => '{}');
  const parsed = settingsSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${SETTINGS_FILE}: ${path.join('.')}: ${message}`);
  throw wrong(issues.join('\n'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw wrong(`${SETTINGS_FILE}: not valid JSON: ${messageOf(thrown)}`);
  }
}

function wrong(message: string): PlatformError {
  return new PlatformError(message, { code: 'config', hint: 'docs/hooks.md has what can stand there' });
}
