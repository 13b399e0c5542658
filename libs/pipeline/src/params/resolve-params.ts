import { PlatformError } from '@ml-platform/errors';
import type { z } from 'zod';
import type { PipelineDocument } from '../document/document.ts';
import type { ParamValues } from './overrides.ts';
import type { ParamsFile } from './params-file.ts';

/** Values of one parameter key before validation: later files win over earlier ones, `--param` over all files. */
export function mergeParams(
  key: string,
  files: readonly ParamsFile[],
  overrides: ParamValues,
): Record<string, unknown> {
  return Object.assign({}, ...files.map(({ values }) => values[key]), overrides[key]);
}

/**
 * Refuses a parameter file that speaks of a step which the pipeline doesn't have.
 *
 * @throws PlatformError `config` naming file, line and key.
 */
export function checkSections({ name, params }: PipelineDocument, files: readonly ParamsFile[]): void {
  for (const file of files) {
    const unknown = Object.keys(file.values).find((key) => !(key in params));
    if (unknown === undefined) continue;
    throw new PlatformError(
      `${file.path}:${file.lineOf([unknown])}: ${unknown}: pipeline '${name}' has no step of that name`,
      {
        code: 'config',
        hint: `steps: ${Object.keys(params).join(', ')}`,
      },
    );
  }
}

export interface ParamSources {
  /** The parameter key: the step's own name, also where a pipeline uses it under another. */
  readonly key: string;
  readonly files: readonly ParamsFile[];
  readonly overrides: ParamValues;
  readonly fixed?: Readonly<Record<string, unknown>>;
}

/**
 * A step's validated parameters, defaults filled in.
 *
 * @throws PlatformError `config` naming file, line and key of each wrong value.
 */
export function resolveParams<Schema extends z.ZodObject>(schema: Schema, sources: ParamSources): z.output<Schema> {
  const { key, files, overrides, fixed } = sources;
  const parsed = schema.safeParse({ ...mergeParams(key, files, overrides), ...fixed });
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.flatMap((issue) =>
    issuePaths(issue).map((path) => describe(sources, path, issue.message)),
  );
  throw new PlatformError(wrong.join('\n       '), {
    code: 'config',
    hint: `parameters of ${key}: ${Object.keys(schema.shape).join(', ') || 'none'}`,
  });
}

/** One path per unknown key: zod reports them together, at the object that holds them. */
function issuePaths(issue: z.core.$ZodIssue): PropertyKey[][] {
  if (issue.code !== 'unrecognized_keys') return [issue.path];
  return issue.keys.map((unknown) => [...issue.path, unknown]);
}

function describe(
  { key, files, overrides, fixed }: ParamSources,
  path: readonly PropertyKey[],
  message: string,
): string {
  const name = [key, ...path].map(String).join('.');
  const [param] = path.map(String);
  if (param !== undefined && fixed && param in fixed) return `pipeline definition: ${name}: ${message}`;
  if (param !== undefined && param in (overrides[key] ?? {})) return `--param ${name}: ${message}`;
  const file = files.findLast(({ values }) => param === undefined || param in (values[key] ?? {})) ?? files[0];
  return file ? `${file.path}:${file.lineOf([key, ...path])}: ${name}: ${message}` : `${name}: ${message}`;
}
