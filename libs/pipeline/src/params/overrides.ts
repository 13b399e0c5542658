import { nearest, PlatformError } from '@ml-platform/errors';
import { parse } from 'yaml';
import type { PipelineDocument } from '../document/document.ts';

export type ParamValues = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Reads `--param` texts: `train.trials=50`, or `trials=50` where one step alone has such a parameter. Values are YAML
 * scalars or lists: `50` is a number, `true` a boolean, `[1, 2]` a list.
 *
 * @throws PlatformError `usage` for a text without `=`, an unknown or an ambiguous parameter.
 */
export function parseOverrides(document: PipelineDocument, texts: readonly string[]): ParamValues {
  const values: Record<string, Record<string, unknown>> = {};
  for (const text of texts) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw refuse(`--param '${text}' has no '='`, 'write --param train.trials=50');
    const [key, param] = locate(document, name);
    values[key] = { ...values[key], [param]: parse(value) as unknown };
  }
  return values;
}

function locate(document: PipelineDocument, name: string): [key: string, param: string] {
  const all = Object.entries(document.params).flatMap(([key, schema]) =>
    paramNames(schema).map((param) => [key, param] as const),
  );
  const found = all.filter(([key, param]) => name === `${key}.${param}` || name === param);
  if (found.length > 1) {
    const candidates = found.map((path) => path.join('.')).join(' and ');
    throw refuse(
      `--param '${name}' is ambiguous in pipeline '${document.name}': ${candidates}`,
      'put the step before it',
    );
  }
  const [only] = found;
  if (only) return [...only];
  const full = all.map((path) => path.join('.'));
  const meant = nearest(name, name.includes('.') ? full : all.map(([, param]) => param));
  throw refuse(
    `pipeline '${document.name}' has no parameter '${name}'`,
    meant ? `did you mean '${meant}'?` : `parameters: ${full.join(', ') || 'none'}`,
  );
}

function paramNames(schema: PipelineDocument['params'][string]): string[] {
  return Object.keys((schema.properties ?? {}) as object);
}

function refuse(message: string, hint: string): PlatformError {
  return new PlatformError(message, { code: 'usage', hint });
}
