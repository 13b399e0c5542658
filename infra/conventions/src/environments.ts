import { PlatformError } from '@ml-platform/errors';

/** `preview` is a short-lived stack of one pull request: as small as dev, and nothing in it is kept. */
export const ENVIRONMENTS = ['dev', 'staging', 'prod', 'preview'] as const;

export type Environment = (typeof ENVIRONMENTS)[number];

const PREVIEW_STACK = /^pr-[0-9]{1,8}$/;

/**
 * The environment of a stack, which its name says: `dev`, `staging`, `prod`, or `pr-123` for a preview.
 *
 * @throws PlatformError `config` for any other name.
 */
export function environmentOf(stack: string): Environment {
  if (PREVIEW_STACK.test(stack)) return 'preview';
  const named = ENVIRONMENTS.find((environment) => environment === stack && environment !== 'preview');
  if (named) return named;
  throw new PlatformError(`stack '${stack}' is of no environment`, {
    code: 'config',
    hint: 'name it dev, staging or prod, pr-NUMBER for the preview of a pull request, or set its environment',
  });
}
