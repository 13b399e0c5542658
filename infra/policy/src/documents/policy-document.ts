import { isUnknown } from '../values.ts';

/** A statement of an IAM policy, with lists where JSON allows one or many. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  /** By kind: `AWS`, `Service`, `Federated`; `*` alone is of kind `AWS`. */
  readonly principals: Readonly<Record<string, readonly string[]>>;
  /** By key in lower case, as AWS compares them: `aws:securetransport`. */
  readonly conditions: readonly Condition[];
}

export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/** The statements of a policy document, given as text or as an object; none where it isn't known yet. */
export function statementsOf(document: unknown): Statement[] {
  if (isUnknown(document) || document === undefined || document === null || document === '') return [];
  const { Statement = [] } = (typeof document === 'string' ? JSON.parse(document) : document) as Json;
  return [Statement].flat().map((statement) => readStatement(statement as Json));
}

export function allowsOf(document: unknown): Statement[] {
  return statementsOf(document).filter(({ effect }) => effect === 'Allow');
}

function readStatement(statement: Json): Statement {
  return {
    effect: String(statement.Effect),
    actions: listOf(statement.Action),
    notActions: listOf(statement.NotAction),
    resources: listOf(statement.Resource),
    principals: readPrincipals(statement.Principal),
    conditions: readConditions((statement.Condition ?? {}) as Readonly<Record<string, Json>>),
  };
}

function readPrincipals(principal: unknown): Statement['principals'] {
  if (principal === undefined) return {};
  if (typeof principal === 'string') return { AWS: [principal] };
  return Object.fromEntries(Object.entries(principal as Json).map(([kind, names]) => [kind, listOf(names)]));
}

function readConditions(conditions: Readonly<Record<string, Json>>): Condition[] {
  return Object.entries(conditions).flatMap(([operator, keys]) => {
    return Object.entries(keys).map(([key, values]) => ({ operator, key: key.toLowerCase(), values: listOf(values) }));
  });
}

function listOf(value: unknown): string[] {
  return value === undefined ? [] : [value].flat().map(String);
}
