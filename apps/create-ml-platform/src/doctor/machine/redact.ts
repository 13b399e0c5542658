import { existsSync } from 'node:fs';

const SECRET_NAME = /secret|token|passw|pwd|key|credential|auth|sas|signature/i;
/** Shorter values are words of the language that they would be struck out of. */
const SHORTEST = 6;
const HIDDEN = '***';

/**
 * Strikes out of any text what could be a secret: values of variables whose names say so, the user and password of an
 * address, the parameters of its query. A net below checks that print no such value anyway, for what other programs say.
 */
export function redactor(env: NodeJS.ProcessEnv): (text: string) => string {
  const secrets = Object.entries(env)
    .filter(([name, value = '']) => SECRET_NAME.test(name) && value.length >= SHORTEST && !existsSync(value))
    .flatMap(([, value = '']) => [value, encodeURIComponent(value)])
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const struck = secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
    return struck.replace(/:\/\/[^/\s'"@]*@/g, `://${HIDDEN}@`).replace(/([?&][\w-]+=)[^&\s'"]+/g, `$1${HIDDEN}`);
  };
}
