import { PlatformError, suggest } from '@ml-platform/errors';
import type { Release } from '@ml-platform/registry/release';
import { z } from 'zod';
import { ENVIRONMENTS, type Environment, environmentOf } from '../environments.ts';
import { layRelease } from '../release/lay-release.ts';
import type { Problem, Section, SettingsOf } from './section.ts';

type Sections = Readonly<Record<string, Section>>;

export interface StackFacts {
  readonly project: string;
  readonly stack: string;
}

/** All settings of a stack: what its file says, and the defaults of its environment. */
export type StackSettings<Scalars extends z.ZodRawShape, Of extends Sections> = StackFacts &
  z.output<z.ZodObject<Scalars>> & { readonly environment: Environment } & {
    readonly [Name in keyof Of]: SettingsOf<Of[Name]>;
  };

export interface ConfigDefinition<Scalars extends z.ZodRawShape, Of extends Sections> {
  /** Single values, such as `region`. */
  readonly scalars: Scalars;
  readonly sections: Of;
  /** Values that are kept encrypted, by what they are for: read one with `new pulumi.Config().getSecret(key)`. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** What no single setting shows: what doesn't go together. */
  readonly rules?: readonly ((settings: StackSettings<Scalars, Of>) => readonly Problem[])[];
}

/** As far as it says what may stand in a stack file. */
export type WrittenConfig = Pick<ConfigDefinition<z.ZodRawShape, Sections>, 'scalars' | 'sections' | 'secrets'>;

/** Helps TypeScript to infer the settings from the sections. */
export function defineConfig<Scalars extends z.ZodRawShape, Of extends Sections>(
  definition: ConfigDefinition<Scalars, Of>,
): ConfigDefinition<Scalars, Of> {
  return definition;
}

/**
 * Reads a stack's config: `values` are all of Pulumi's, by `namespace:key`, objects as JSON. What a release says stands
 * before them.
 *
 * @throws PlatformError `config` that names every wrong key with its value and what was expected.
 */
export function readStackConfig<Scalars extends z.ZodRawShape, Of extends Sections>(
  { scalars, sections, secrets = {}, rules = [] }: ConfigDefinition<Scalars, Of>,
  { project, stack }: StackFacts,
  values: Readonly<Record<string, string>>,
  release?: Release,
): StackSettings<Scalars, Of> {
  const all = release === undefined ? values : layRelease(project, values, release);
  const { own, foreign } = ownValues(project, all, Object.keys(secrets));
  const written = writtenSchema(scalars, sections);
  const parsed = written.safeParse(own);
  const problems = [...foreign, ...(parsed.error?.issues ?? []).flatMap((issue) => problemsOf(issue, own, written))];
  if (!parsed.success || problems.length > 0) throw wrongConfig(stack, problems, release);
  const { environment = environmentOf(stack), ...said } = parsed.data as { environment?: Environment };
  const filled = Object.entries(sections).map(([name, { defaults }]) => {
    return [name, { ...defaults[environment], ...((said as Record<string, object>)[name] ?? {}) }];
  });
  const settings = { ...said, ...Object.fromEntries(filled), project, stack, environment };
  const broken = rules.flatMap((rule) => rule(settings as StackSettings<Scalars, Of>));
  if (broken.length > 0) throw wrongConfig(stack, broken, release);
  return settings as StackSettings<Scalars, Of>;
}

/** What a stack file may hold under `config`: every section, each with only what differs from the defaults. */
export function writtenSchema(scalars: z.ZodRawShape, sections: Sections) {
  const partials = Object.entries(sections).map(([name, { schema }]) => [name, schema.partial().optional()]);
  return z.strictObject({
    environment: z.enum(ENVIRONMENTS).optional().describe("The stack's environment, where its name doesn't say it"),
    ...scalars,
    ...(Object.fromEntries(partials) as z.ZodRawShape),
  });
}

function ownValues(project: string, values: Readonly<Record<string, string>>, secrets: readonly string[]) {
  const own: Record<string, unknown> = {};
  const foreign: Problem[] = [];
  for (const [full, text] of Object.entries(values)) {
    const at = full.indexOf(':');
    const [namespace, key] = [full.slice(0, at), full.slice(at + 1)];
    if (namespace === 'pulumi' || (namespace === project && secrets.includes(key))) continue;
    if (namespace === project) own[key] = parsedValue(text);
    else {
      const expected = `a key of this project, ${project}:…: the provider is set up from region and account`;
      foreign.push({ key: full, value: text, expected });
    }
  }
  return { own, foreign };
}

/** A number stays a text: the only ones that stand alone are names, such as an account's. */
function parsedValue(text: string): unknown {
  if (!/^\s*[[{]|^(?:true|false)$/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function problemsOf(issue: z.core.$ZodIssue, values: unknown, schema: z.ZodType): Problem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), path);
    return issue.keys.map((key) => {
      const value = valueAt(values, [...path, key]);
      return { key: [...path, key].join('.'), value, expected: `no such key: ${suggest(key, known, 'keys')}` };
    });
  }
  const value = valueAt(values, path);
  const expected = issue.message.replace(/^(?:Invalid \w+|Too \w+): (?:expected )?(.*?)(?:, received .*)?$/, '$1');
  return [{ key: path.join('.'), ...(value !== undefined && { value }), expected }];
}

function keysAt(schema: unknown, path: readonly string[]): string[] {
  let at = schema as { properties?: Record<string, unknown>; additionalProperties?: unknown; items?: unknown };
  for (const part of path) {
    at = (at.properties?.[part] ?? at.additionalProperties ?? at.items ?? {}) as typeof at;
  }
  return Object.keys(at.properties ?? {});
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((at: unknown, part) => (at as Record<string, unknown> | undefined)?.[part], value);
}

function wrongConfig(stack: string, problems: readonly Problem[], release: Release | undefined): PlatformError {
  const lines = problems.map(({ key, value, expected }) => {
    const isReleased = valueAt(release?.config, key.split('.')) !== undefined;
    const source = isReleased ? `release ${release?.release}` : `Pulumi.${stack}.yaml`;
    return `${source}: ${key}: ${value === undefined ? 'missing' : `got ${JSON.stringify(value)}`}, expected ${expected}`;
  });
  return new PlatformError(lines.join('\n'), {
    code: 'config',
    hint: 'the keys, with what each is for, stand in stack.schema.json beside it; an editor completes them from there',
  });
}
