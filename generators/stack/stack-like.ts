import { PlatformError } from '@ml-platform/errors';
import { isMap, isScalar, parseDocument } from 'yaml';

export type Environment = 'dev' | 'staging' | 'prod' | 'preview';

/**
 * The environment that a stack's name says.
 *
 * @throws PlatformError `usage` for a name that says none.
 */
export function environmentNamed(stack: string): Environment {
  if (/^pr-\d+$/.test(stack)) return 'preview';
  if (stack === 'dev' || stack === 'staging' || stack === 'prod') return stack;
  throw new PlatformError(`the name '${stack}' says no environment`, {
    code: 'usage',
    hint: `say whose defaults it has: npx nx g stack ${stack} --environment staging`,
  });
}

/** What the other stack has encrypted, which only its own key opens. */
const OWN_KEYS = ['encryptionsalt', 'encryptedkey', 'secretsprovider'];

/**
 * The file of a stack that is like another: its config less its secrets, with some of the project's keys changed, and all
 * comments.
 */
export function stackLike(text: string, project: string, changes: Readonly<Record<string, string>>): string {
  const document = parseDocument(text);
  const config = document.get('config');
  if (!isMap(config)) throw noConfig();
  const header = /^(?:#.*\n)*/.exec(text)?.[0] ?? '';
  for (const key of OWN_KEYS) document.delete(key);
  config.items = config.items.filter(({ value }) => !(isMap(value) && value.has('secure')));
  for (const [key, value] of Object.entries(changes)) {
    const name = `${project}:${key}`;
    const there = config.get(name, true);
    if (isScalar(there)) there.value = value;
    else config.set(name, value);
  }
  const printed = document.toString({ lineWidth: 0, singleQuote: true });
  return printed.startsWith(header) ? printed : `${header}${printed}`;
}

function noConfig(): PlatformError {
  return new PlatformError('the stack that the new one is to be like has no config', {
    code: 'config',
    hint: 'its file begins with config:, and the account below it',
  });
}
