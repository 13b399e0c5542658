import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';

/**
 * What a function was given in its environment.
 *
 * @throws PlatformError `config` that names every variable that is wrong.
 */
export function readSettings<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Readonly<Record<string, string | undefined>> = process.env,
): z.output<z.ZodObject<Shape>> {
  const parsed = z.object(shape).safeParse(env);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new PlatformError(`the function's environment: ${wrong.join('; ')}`, {
    code: 'config',
    hint: 'infra/aws/components/events sets these variables: deploy the stack again',
  });
}
