import { messageOf, PlatformError } from '@ml-platform/errors';
import { main } from '../runner/main.ts';

/** What the function is invoked with: the arguments of `run-step`. */
export interface LambdaEvent {
  readonly command: readonly string[];
}

/**
 * `run-step` as an AWS Lambda function, `lib/lambda.handler` of a bundle: resolves to the step's result; what it throws,
 * Lambda reports as the function's error. Lambda's disk can be written to in /tmp alone: give it a `--store`.
 *
 * @throws PlatformError what `run-step` fails with, its hint in the message; `usage` for an event without a command.
 */
export async function handler(event: LambdaEvent): Promise<unknown> {
  if (!isLambdaEvent(event)) {
    throw new PlatformError(`the event is ${JSON.stringify(event)}, expected the arguments of run-step`, {
      code: 'usage',
      hint: 'invoke it with {"command": ["--pipeline", "apps/NAME/src/pipeline.ts", "--step", "STEP", "--store", "s3://…"]}',
    });
  }
  try {
    return await main([...event.command]);
  } catch (cause) {
    throw cause instanceof PlatformError ? withHint(cause) : cause;
  }
}

function isLambdaEvent(event: unknown): event is LambdaEvent {
  const { command } = (event ?? {}) as Partial<LambdaEvent>;
  return Array.isArray(command) && command.every((argument) => typeof argument === 'string');
}

/** Lambda shows a message and a stack, and no property. */
function withHint(cause: PlatformError): PlatformError {
  const { code, hint } = cause;
  return new PlatformError(`${messageOf(cause)}\nhint:  ${hint}`, { code, hint, cause });
}
