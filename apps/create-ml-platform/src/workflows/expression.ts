import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** What stands between `${{` and `}}`. */
export class Expression {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A document as it is written, with what is still to be evaluated. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Expression
  | readonly Value[]
  | { readonly [key: string]: Value };

/** How what came before went: of the steps of a job, or of the jobs that a job needs. */
export interface Status {
  readonly succeeded: boolean;
  readonly failed: boolean;
}

export interface Scope {
  /** `github`, `vars`, `steps` and the others, by name. */
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly status: Status;
  /** Where `hashFiles` looks. */
  readonly workspace: string;
}

/** The value with all of its expressions evaluated. */
export function resolve(value: Value | undefined, scope: Scope): unknown {
  if (value instanceof Expression) return evaluate(value.text, scope);
  if (Array.isArray(value)) return value.map((item: Value) => resolve(item, scope));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, scope)]));
}

/** As GitHub writes it into a string: nothing for what isn't there. */
export function resolveText(value: Value | undefined, scope: Scope): string {
  const resolved = resolve(value, scope);
  return resolved === undefined || resolved === null ? '' : String(resolved);
}

/** Whether a job or a step runs; what names no status goes on only while all is well. */
export function isTrue(condition: Value | undefined, scope: Scope): boolean {
  const text = condition instanceof Expression ? condition.text : String(condition ?? '');
  const asksForStatus = /\b(?:always|cancelled|failure|success)\s*\(/i.test(text.replace(/'(?:[^']|'')*'/g, ''));
  if (text === '' || asksForStatus) return text === '' ? scope.status.succeeded : isTruthy(evaluate(text, scope));
  return scope.status.succeeded && isTruthy(evaluate(text, scope));
}

function isTruthy(value: unknown): boolean {
  return Boolean(value) && !Number.isNaN(value);
}

function evaluate(text: string, { contexts, status, workspace }: Scope): unknown {
  const functions = [
    define('success', () => status.succeeded),
    define('failure', () => status.failed),
    define('always', () => true),
    define('cancelled', () => false),
    define('hashFiles', (...patterns) => hashFiles(workspace, patterns), 1, 255),
  ];
  const { tokens } = new Lexer(text).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const known = new Map(functions.map((one) => [one.name.toLowerCase(), one]));
  return fromData(new Evaluator(tree, toData(contexts) as data.Dictionary, known).evaluate());
}

function define(name: string, call: (...args: string[]) => string | boolean, minArgs = 0, maxArgs = 0) {
  return {
    name,
    minArgs,
    maxArgs,
    call: (...args: data.ExpressionData[]) => toData(call(...args.map((one) => one.coerceString()))),
  };
}

function toData(value: unknown): data.ExpressionData {
  return JSON.parse(JSON.stringify(value), data.reviver);
}

function fromData(value: data.ExpressionData): unknown {
  return JSON.parse(JSON.stringify(value, data.replacer));
}

function hashFiles(workspace: string, patterns: readonly string[]): string {
  const exclude = (path: string) => /(?:^|\/)(?:node_modules|\.git)$/.test(path);
  const files = globSync([...patterns], { cwd: workspace, exclude }).filter((path) => {
    return statSync(join(workspace, path)).isFile();
  });
  if (files.length === 0) return '';
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    hash.update(
      createHash('sha256')
        .update(readFileSync(join(workspace, file)))
        .digest(),
    );
  }
  return hash.digest('hex');
}
