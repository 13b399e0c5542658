import { PlatformError } from '@ml-platform/errors';

/** The part of the Amazon States Language that is written here. Specification: states-language.net. */
export interface State {
  readonly Type: 'Task' | 'Choice' | 'Pass' | 'Parallel' | 'Map';
  readonly [field: string]: unknown;
}

export type States = Readonly<Record<string, State>>;

export interface StateMachine {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly States: States;
}

/** What leaves a sequence is the flags of its steps alone: a state's data may have 256 KiB. */
export type Exit = { readonly Next: string } | { readonly End: true; readonly OutputPath: '$.ran' };

/**
 * A text inside an intrinsic function.
 *
 * @throws PlatformError `config` for characters that such a function reserves.
 */
export function literal(text: string, what: string): string {
  if (!/['{}\\]/.test(text)) return text;
  throw new PlatformError(`${what} is ${JSON.stringify(text)}: Step Functions reserves ' { } and \\`, {
    code: 'config',
    hint: 'name it without them',
  });
}

/** Path of a key in brackets: names hold hyphens. */
export function keyPath(path: string, key: string): string {
  return `${path}['${key}']`;
}

type Intrinsic = 'Array' | 'Format' | 'JsonMerge' | 'JsonToString' | 'StringToJson' | 'UUID';

/** A call of an intrinsic function: of texts, in quotes already, of paths, and of calls. */
export function call(name: Intrinsic, ...args: readonly string[]): string {
  return `States.${name}(${args.join(', ')})`;
}

export const EXECUTION_NAME = '$$.Execution.Name';
