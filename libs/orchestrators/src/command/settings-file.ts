import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { parse } from 'yaml';
import { z } from 'zod';

const FILE = 'targets.yaml';

/**
 * A target's section of a project's `targets.yaml`: what the pipeline doesn't say, since it differs by where it runs.
 *
 * @throws PlatformError `config` naming file and key, with an example of the section where there is none.
 */
export function readSettings<Settings>(
  project: string,
  target: string,
  schema: z.ZodType<Settings>,
  example: string,
): Settings {
  const path = join(project, FILE);
  const section = existsSync(path) ? sectionOf(path, target) : undefined;
  if (section === undefined) {
    throw new PlatformError(`${path} has no section '${target}'`, { code: 'config', hint: `add:\n${example}` });
  }
  const parsed = schema.safeParse(section);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path: keys, message }) => `${[target, ...keys].join('.')}: ${message}`);
  throw new PlatformError(`${path}: ${problems.join('\n       ')}`, { code: 'config', hint: `as in:\n${example}` });
}

function sectionOf(path: string, target: string): unknown {
  try {
    return z.record(z.string(), z.unknown()).parse(parse(readFileSync(path, 'utf8')) ?? {})[target];
  } catch (cause) {
    throw new PlatformError(`${path} is no YAML with a section per target: ${messageOf(cause)}`, {
      code: 'config',
      hint: 'mend it at the line above',
      cause,
    });
  }
}
