import { PlatformError } from '@ml-platform/errors';

// Vertex AI's alias pattern, the strictest of the stores.
const PATTERN = /^[a-z][a-z0-9-]*[a-z0-9]$/;
const LONGEST_ALIAS = 128;
// The limit of SageMaker's model package groups and of Vertex AI's model ids.
const LONGEST_MODEL_NAME = 63;
// `latest` and `v1` mean something else in MLflow, `default` in Vertex AI.
const RESERVED = /^(latest|default|v\d+)$/;

/** @throws PlatformError `usage` where some store can't hold a model of this name. */
export function checkModelName(name: string): void {
  check('model name', name, LONGEST_MODEL_NAME);
}

/** @throws PlatformError `usage` where some store can't hold this alias. */
export function checkAlias(alias: string): void {
  check('alias', alias, LONGEST_ALIAS);
}

function check(what: string, name: string, longest: number): void {
  if (RESERVED.test(name)) {
    throw new PlatformError(`the ${what} "${name}" is reserved`, {
      code: 'usage',
      hint: 'choose another: latest, default and v<number> have a meaning of their own in some registries',
    });
  }
  if (PATTERN.test(name) && name.length <= longest) return;
  throw new PlatformError(
    `the ${what} "${name}" doesn't fit: expected 2 to ${longest} lower-case letters, digits and hyphens, ` +
      'with a letter first and no hyphen last',
    { code: 'usage', hint: 'for example flight-delays' },
  );
}
