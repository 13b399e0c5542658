import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { parse } from 'yaml';
import { z } from 'zod';

/** In a section: what starts and follows runs, which compiling doesn't need. */
const SUBMIT = 'submit';

/** Whose settings: those of `targets.yaml`, with `targets.ENVIRONMENT.yaml` over them. */
export interface SettingsPlace {
  /** Absolute path of the project's folder. */
  readonly project: string;
  readonly environment?: string;
}

/**
 * A target's section of a project's `targets.yaml`: what the pipeline doesn't say, since it differs by where it runs.
 *
 * @throws PlatformError `config` naming file and key, with an example of the section where there is none.
 */
export function readSettings<Settings>(
  place: SettingsPlace,
  target: string,
  schema: z.ZodType<Settings>,
  example: string,
): Settings {
  const { path, sections } = readFiles(place);
  const section = sections[target];
  if (section === undefined) throw noSection(path, target, example);
  const told = { path, target, schema, example };
  if (!isMap(section)) return check(section, told);
  const { [SUBMIT]: _, ...compiling } = section;
  return check(compiling, told);
}

/**
 * The section with its part `submit`; a target that needs none needs no section.
 *
 * @throws PlatformError as {@link readSettings}.
 */
export function readRunSettings<Settings>(
  place: SettingsPlace,
  target: string,
  schema: z.ZodType<Settings>,
  example: string,
): Settings {
  const { path, sections } = readFiles(place);
  const section = sections[target];
  if (section !== undefined) return check(section, { path, target, schema, example });
  const nothing = schema.safeParse({});
  if (nothing.success) return nothing.data;
  throw noSection(path, target, example);
}

/** Whether a target's section says how runs are started. */
export function hasSubmit(place: SettingsPlace, target: string): boolean {
  const section = readFiles(place).sections[target];
  return isMap(section) && Object.hasOwn(section, SUBMIT);
}

interface Check<Settings> {
  readonly path: string;
  readonly target: string;
  readonly schema: z.ZodType<Settings>;
  readonly example: string;
}

function check<Settings>(section: unknown, { path, target, schema, example }: Check<Settings>): Settings {
  const parsed = schema.safeParse(section);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path: keys, message }) => `${[target, ...keys].join('.')}: ${message}`);
  throw new PlatformError(`${path}: ${problems.join('\n       ')}`, { code: 'config', hint: `as in:\n${example}` });
}

function noSection(path: string, target: string, example: string): PlatformError {
  return new PlatformError(`${path} has no section '${target}'`, { code: 'config', hint: `add:\n${example}` });
}

type Sections = Readonly<Record<string, unknown>>;

function readFiles({ project, environment }: SettingsPlace): { readonly path: string; readonly sections: Sections } {
  const path = join(project, 'targets.yaml');
  const overlay = environment === undefined ? undefined : join(project, `targets.${environment}.yaml`);
  const base = readFile(path);
  if (overlay === undefined || !existsSync(overlay)) return { path, sections: base };
  return { path: `${path} with ${overlay}`, sections: mergeMaps(base, readFile(overlay)) };
}

function readFile(path: string): Sections {
  if (!existsSync(path)) return {};
  try {
    return z.record(z.string(), z.unknown()).parse(parse(readFileSync(path, 'utf8')) ?? {});
  } catch (cause) {
    throw new PlatformError(`${path} is no YAML with a section per target: ${messageOf(cause)}`, {
      code: 'config',
      hint: 'mend it at the line above',
      cause,
    });
  }
}

/** Key by key, also within maps; what isn't a map is replaced. */
function mergeMaps(base: Sections, overlay: Sections): Sections {
  const merged = Object.entries(overlay).map(([key, value]) => {
    const below = base[key];
    return [key, isMap(value) && isMap(below) ? mergeMaps(below, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(merged) };
}

function isMap(value: unknown): value is Sections {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
