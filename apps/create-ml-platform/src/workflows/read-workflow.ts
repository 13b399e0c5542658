import { readFileSync } from 'node:fs';
import type { TemplateParseResult } from '@actions/workflow-parser';
import { Expression, type Value } from './expression.ts';
import {
  isBasicExpression,
  isLiteral,
  isMapping,
  isSequence,
  NoOperationTraceWriter,
  parseAction,
  parseWorkflow,
} from './parser.ts';

type Token = NonNullable<TemplateParseResult['value']>;
type Values = Readonly<Record<string, Value>>;

export interface Step {
  readonly id?: string;
  readonly name?: Value;
  readonly if?: Value;
  readonly run?: Value;
  readonly shell?: Value;
  readonly uses?: string;
  readonly with?: Values;
  readonly env?: Values;
  readonly 'continue-on-error'?: Value;
  readonly 'working-directory'?: Value;
}

export type Permissions = Readonly<Record<string, string>>;

export interface Job {
  readonly name?: Value;
  readonly needs?: string | readonly string[];
  readonly 'runs-on'?: Value;
  readonly if?: Value;
  readonly env?: Values;
  readonly environment?: Value;
  readonly permissions?: Permissions | string;
  readonly strategy?: { readonly matrix?: Value; readonly 'fail-fast'?: Value };
  readonly outputs?: Values;
  readonly 'timeout-minutes'?: Value;
  readonly steps?: readonly Step[];
  readonly uses?: string;
  readonly with?: Values;
}

export interface Input {
  readonly type?: string;
  readonly required?: boolean;
  readonly default?: Value;
  readonly options?: readonly string[];
}

/** What `on` says of one event: filters, inputs. */
export interface Trigger {
  readonly types?: readonly string[];
  readonly branches?: readonly string[];
  readonly paths?: readonly string[];
  readonly inputs?: Readonly<Record<string, Input>>;
  readonly outputs?: Readonly<Record<string, { readonly value: Value }>>;
}

export interface Workflow {
  readonly name?: string;
  readonly on: Readonly<Record<string, Trigger>>;
  readonly env?: Values;
  readonly defaults?: { readonly run?: { readonly shell?: string } };
  readonly permissions?: Permissions | string;
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface CompositeAction {
  readonly inputs?: Readonly<Record<string, Input>>;
  readonly outputs?: Readonly<Record<string, { readonly value: Value }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** A workflow as GitHub's own parser reads it; throws with all that the parser says is wrong. */
export function readWorkflow(file: string): Workflow {
  const document = read(file, parseWorkflow) as { on: unknown };
  return { ...document, on: triggersOf(document.on) } as Workflow;
}

/** The same of an action's file, action.yml. */
export function readAction(file: string): CompositeAction {
  return read(file, parseAction) as unknown as CompositeAction;
}

function read(file: string, parse: typeof parseWorkflow): Value {
  const content = readFileSync(file, 'utf8');
  const { context, value } = parse({ name: file, content }, new NoOperationTraceWriter());
  const errors = context.errors.getErrors();
  if (errors.length > 0 || value === undefined) throw new Error(errors.map(String).join('\n') || `${file} is empty`);
  return plain(value);
}

function plain(token: Token): Value {
  if (isBasicExpression(token)) return new Expression(token.expression);
  if (isSequence(token)) return [...token].map(plain);
  if (isMapping(token)) {
    return Object.fromEntries([...token].map(({ key, value }) => [String(key), plain(value)]));
  }
  if (isLiteral(token)) return 'value' in token ? (token.value as Value) : null;
  throw new Error(`unexpected ${token.typeName()} in a workflow, line ${token.line}`);
}

/** `on: push`, `on: [push]` and `on: { push: }` say the same. */
function triggersOf(on: unknown): Workflow['on'] {
  if (typeof on === 'string') return { [on]: {} };
  if (Array.isArray(on)) return Object.fromEntries(on.map((name: string) => [name, {}]));
  return Object.fromEntries(
    Object.entries(on as Record<string, Trigger | null>).map(([name, trigger]) => [
      name,
      Array.isArray(trigger) ? {} : (trigger ?? {}),
    ]),
  );
}
