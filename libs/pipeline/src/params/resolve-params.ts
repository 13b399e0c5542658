import { existsSync } from 'node:fs';
import { PlatformError, suggest } from '@ml-platform/errors';
import { z } from 'zod';
import type { PipelineDocument } from '../document/document.ts';
import { filesIn, paramSchema } from './file-param.ts';
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
    const where = `${file.path}:${file.lineOf([unknown])}: ${unknown}`;
    throw new PlatformError(`${where}: pipeline '${name}' has no step of that name`, {
      code: 'config',
      hint: suggest(unknown, Object.keys(params), 'steps'),
    });
  }
}

export interface ParamSources {
  /** The parameter key: the step's own name, also where a pipeline uses it under another. */
  readonly key: string;
  readonly files: readonly ParamsFile[];
  readonly overrides: ParamValues;
  readonly fixed?: Readonly<Record<string, unknown>>;
  /** The folder that a file's relative path starts from. */
  readonly project: string;
}

/**
 * A step's validated parameters, defaults filled in, paths made absolute.
 *
 * @throws PlatformError `config` naming file, line and key of each wrong value, `notFound` for a file that isn't there.
 */
export function resolveParams<Schema extends z.ZodObject>(schema: Schema, sources: ParamSources): z.output<Schema> {
  checkParams(schema, sources);
  const values = schema.parse(valuesOf(sources));
  return { ...values, ...foundFiles(schema, values, sources) };
}

/**
 * Refuses values that {@link resolveParams} would refuse; `later` names the parameters that a loop or
 * a search fills in, run by run.
 */
export function checkParams(schema: z.ZodType, sources: ParamSources, later: readonly string[] = []): void {
  const { error } = schema.safeParse(valuesOf(sources));
  const problems = (error?.issues ?? []).flatMap(problemsOf).filter(({ path }) => !later.includes(String(path[0])));
  if (problems.length === 0 || error === undefined) return;
  const unknown = problems.find(({ path, isUnknown }) => isUnknown && path.length === 1);
  throw new PlatformError([...new Set(problems.map((problem) => describe(sources, problem)))].join('\n       '), {
    code: 'config',
    hint: suggest(String(unknown?.path[0] ?? ''), namesOf(schema), `parameters of ${sources.key}`),
  });
}

function valuesOf({ key, files, overrides, fixed }: ParamSources): Record<string, unknown> {
  return { ...mergeParams(key, files, overrides), ...fixed };
}

function namesOf(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function foundFiles(schema: z.ZodObject, values: Readonly<Record<string, unknown>>, sources: ParamSources) {
  const found = filesIn(paramSchema(schema), values, sources.project);
  const missing = Object.entries(found).find(([, path]) => !existsSync(path));
  if (missing === undefined) return found;
  const [name, path] = missing;
  throw new PlatformError(describe(sources, { path: [name], message: `${path} isn't there` }), {
    code: 'notFound',
    hint: 'put the file there, or name another; a relative path starts from the project folder',
  });
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly isUnknown: boolean;
}

/** One per unknown key: zod reports them together, at the object that holds them. */
function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  const { path } = issue;
  if (issue.code !== 'unrecognized_keys') return [{ path, message: plain(issue.message), isUnknown: false }];
  return issue.keys.map((unknown) => ({ path: [...path, unknown], message: 'no such parameter', isUnknown: true }));
}

function plain(message: string): string {
  return message
    .replace(/^Invalid input: /, '')
    .replace(/^expected (.*), received undefined$/, 'is missing, expected $1');
}

function describe(
  { key, files, overrides, fixed }: ParamSources,
  { path, message }: Omit<Problem, 'isUnknown'>,
): string {
  const name = [key, ...path].map(String).join('.');
  const [param] = path.map(String);
  if (param !== undefined && fixed && param in fixed) return `pipeline definition: ${name}: ${message}`;
  if (param !== undefined && param in (overrides[key] ?? {})) return `--param ${name}: ${message}`;
  const file = files.findLast(({ values }) => param === undefined || param in (values[key] ?? {})) ?? files[0];
  return file ? `${file.path}:${file.lineOf([key, ...path])}: ${name}: ${message}` : `${name}: ${message}`;
}
