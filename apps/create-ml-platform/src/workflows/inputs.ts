import { Expression } from './expression.ts';
import type { Input } from './read-workflow.ts';

type Values = Readonly<Record<string, unknown>>;

/** The inputs of a dispatch or a call: what is given, and the defaults of the rest; throws for what GitHub refuses. */
export function inputsOf(declared: Readonly<Record<string, Input>> = {}, given: Values = {}): Values {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(declared, name));
  if (unknown !== undefined) throw new Error(`there is no input '${unknown}': ${Object.keys(declared).join(', ')}`);
  return Object.fromEntries(
    Object.entries(declared).map(([name, input]) => {
      const value = given[name] ?? input.default ?? (input.type === 'boolean' ? false : '');
      if (value instanceof Expression) throw new Error(`the default of input '${name}' is an expression`);
      if (input.required && (value === '' || value === null)) throw new Error(`input '${name}' is required`);
      if (input.options && !input.options.includes(String(value))) {
        throw new Error(`input '${name}' is one of ${input.options.join(', ')}, not '${value}'`);
      }
      return [name, input.type === 'boolean' ? String(value) === 'true' : value];
    }),
  );
}
