import type { Statement } from '../components/access/statements.ts';

/** What somebody asks of AWS, with what conditions may look at. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

/**
 * Whether policies of an identity allow a call: something does, and nothing denies it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function allows(statements: readonly Statement[], call: Call): boolean {
  const effects = statements.filter((statement) => isAbout(statement, call)).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

function isAbout({ Action, Resource = [], Condition = {} }: Statement, { action, resource, context = {} }: Call) {
  return (
    Action.some((one) => isLike(one.toLowerCase(), action.toLowerCase())) &&
    Resource.some((one) => isLike(one, resource)) &&
    Object.entries(Condition).every(([operator, keys]) => {
      const holds = OPERATORS[operator];
      if (holds === undefined) throw new Error(`no operator ${operator} here`);
      return Object.entries(keys).every(([key, values]) => holds([values].flat(), context[key]));
    })
  );
}

type Holds = (wanted: readonly string[], found: string | undefined) => boolean;

const equal: Holds = (wanted, found) => found !== undefined && wanted.includes(found);
const like: Holds = (wanted, found) => found !== undefined && wanted.some((one) => isLike(one, found));

const OPERATORS: Readonly<Record<string, Holds>> = {
  StringEquals: equal,
  ArnEquals: like,
  StringLike: like,
  ArnLike: like,
  Null: (wanted, found) => wanted.includes(String(found === undefined)),
};

function isLike(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
}
