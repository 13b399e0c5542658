import { fileURLToPath } from 'node:url';

/**
 * The file of the code that called `callee`: a step and a pipeline know where they are defined without being told.
 * Read from V8's structured stack, so it needs no parsing.
 */
export function callerFile(callee: (...args: never[]) => unknown): string {
  const { prepareStackTrace } = Error;
  try {
    Error.prepareStackTrace = (_, sites) => sites[0]?.getFileName();
    const holder: { stack?: string } = {};
    Error.captureStackTrace(holder, callee);
    const file = holder.stack ?? '';
    return file.startsWith('file:') ? fileURLToPath(file) : file;
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}
