import { posix } from 'node:path';
import { parse } from 'yaml';

/** Azure reads every scalar as text, and so does its schema. */
export function readPipeline(text: string): unknown {
  return parse(text, { schema: 'failsafe' });
}

type Mapping = Readonly<Record<string, unknown>>;

/** All mappings in a document, from the outside in. */
export function mappingsIn(value: unknown): Mapping[] {
  if (Array.isArray(value)) return value.flatMap(mappingsIn);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Mapping, ...Object.values(value).flatMap(mappingsIn)];
}

export interface TemplateUse {
  /** Path in the project. */
  readonly path: string;
  readonly parameters: readonly string[];
}

/** The templates that a file uses, each with the parameters that it is given. */
export function templatesIn(document: unknown, file: string): TemplateUse[] {
  return mappingsIn(document).flatMap(({ template, parameters = {} }) =>
    typeof template === 'string'
      ? [{ path: posix.join(posix.dirname(file), template), parameters: Object.keys(parameters as object) }]
      : [],
  );
}

/** Its own parameters: name → whether it has to be given. */
export function parametersOf(document: unknown): Map<string, boolean> {
  const { parameters = [] } = document as { parameters?: { name: string; default?: unknown }[] };
  return new Map(parameters.map(({ name, default: fallback }) => [name, fallback === undefined]));
}

/** Every command of a file. */
export function scriptsIn(document: unknown): string[] {
  return mappingsIn(document).flatMap((mapping) =>
    ['bash', 'script', 'inlineScript'].flatMap((key) =>
      typeof mapping[key] === 'string' ? [mapping[key] as string] : [],
    ),
  );
}
