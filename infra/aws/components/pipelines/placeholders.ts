import { PlatformError, suggest } from '@ml-platform/errors';

/** What a stack fills in, by the name that a compiled document has for it: `from-stack.lake`. */
export const PLACEHOLDERS = {
  /** Name of the lake's bucket. */
  lake: 'text',
  /** ARN of the role of steps, written as `arn:aws:iam::000000000000:role/from-stack.role`. */
  role: 'text',
  kmsKey: 'text',
  subnets: 'list',
  securityGroups: 'list',
  'images.typescript': 'text',
  'images.python': 'text',
  'batch.queue': 'text',
  'batch.spotQueue': 'text',
  'batch.jobDefinitions.typescript': 'text',
  'batch.jobDefinitions.python': 'text',
  'ecs.cluster': 'text',
  'ecs.taskDefinitions.typescript': 'text',
  'ecs.taskDefinitions.python': 'text',
} as const satisfies Readonly<Record<string, 'text' | 'list'>>;

export type Placeholder = keyof typeof PLACEHOLDERS;

export type Values = { readonly [Name in Placeholder]?: string | readonly string[] };

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** An account that nobody has: the compilers want the whole ARN of a role. */
const PATTERN = /(?:arn:aws:iam::000000000000:role\/)?from-stack\.([a-zA-Z]+(?:\.[a-zA-Z]+)*)/g;

/** What differs between stacks, so no document may have it written out. */
const NEVER_WRITTEN_OUT: ReadonlyMap<string, string> = new Map([
  ['RoleArn', 'arn:aws:iam::000000000000:role/from-stack.role'],
  ['ImageUri', 'from-stack.images.typescript or from-stack.images.python'],
  ['TrainingImage', 'from-stack.images.typescript or from-stack.images.python'],
]);

const EXAMPLE = 'infra/aws/components/pipelines/targets.example.yaml';

/**
 * The placeholders of a document. `where` names its file and the key of the config that it's from.
 *
 * @throws PlatformError `config` for one that no stack has, and for a value that has to be one and isn't.
 */
export function findPlaceholders(document: unknown, where: string): ReadonlySet<Placeholder> {
  const found = new Set<Placeholder>();
  for (const { path, key, text, isItem } of textsOf(document as Json)) {
    const names = [...text.matchAll(PATTERN)].map(([, name]) => String(name));
    const wanted = NEVER_WRITTEN_OUT.get(key);
    if (wanted !== undefined && names.length === 0) throw wrong(where, path, `is "${text}", expected ${wanted}`);
    for (const name of names) found.add(checked(name, { where, path, isAloneInList: isItem && isWhole(text) }));
  }
  if (!found.has('lake')) throw wrong(where, 'no place in it', "is s3://from-stack.lake/…, the stack's own lake");
  return found;
}

/** The document with the stack's values in place of its placeholders; a list takes the place of its item. */
export function fillPlaceholders(document: unknown, values: Values): unknown {
  return fill(document as Json, values);
}

function fill(value: Json, values: Values): unknown {
  if (typeof value === 'string') return value.replace(PATTERN, (_, name: Placeholder) => String(values[name]));
  if (Array.isArray(value)) {
    return value.flatMap((item: Json): readonly unknown[] => listOf(item, values) ?? [fill(item, values)]);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each, values)]));
}

function listOf(item: Json, values: Values): readonly string[] | undefined {
  if (typeof item !== 'string' || !isWhole(item)) return undefined;
  const value = values[item.replace(PATTERN, '$1') as Placeholder];
  return typeof value === 'object' ? value : undefined;
}

interface Text {
  /** Such as `Steps[0].Arguments.RoleArn`. */
  readonly path: string;
  readonly key: string;
  readonly text: string;
  readonly isItem: boolean;
}

function textsOf(value: Json, path = '', key = '', isItem = false): Text[] {
  if (typeof value === 'string') return [{ path, key, text: value, isItem }];
  if (Array.isArray(value)) {
    return value.flatMap((item: Json, index) => textsOf(item, `${path}[${index}]`, key, true));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => textsOf(each, path ? `${path}.${name}` : name, name));
}

function checked(name: string, place: { where: string; path: string; isAloneInList: boolean }): Placeholder {
  if (!isPlaceholder(name)) {
    const known = suggest(name, Object.keys(PLACEHOLDERS), 'what a stack has');
    throw wrong(place.where, place.path, `names from-stack.${name}, which no stack has; ${known}`);
  }
  if (PLACEHOLDERS[name] === 'list' && !place.isAloneInList) {
    throw wrong(place.where, place.path, `has from-stack.${name} within a text, expected it as the one item of a list`);
  }
  return name;
}

function isPlaceholder(name: string): name is Placeholder {
  return Object.hasOwn(PLACEHOLDERS, name);
}

function isWhole(text: string): boolean {
  return text.replace(PATTERN, '') === '';
}

function wrong(where: string, path: string, what: string): PlatformError {
  return new PlatformError(`${where}: ${path} ${what}`, {
    code: 'config',
    hint: `write what the stack fills in into targets.yaml as ${EXAMPLE} does, and compile again`,
  });
}
