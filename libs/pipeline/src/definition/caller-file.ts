import { findSourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * The file of the code that called `callee`: a step and a pipeline know where they are defined without being told.
 * Read from V8's structured stack, so it needs no parsing; in a bundle, the file that its source map names.
 */
export function callerFile(callee: (...args: never[]) => unknown): string {
  const { prepareStackTrace } = Error;
  try {
    Error.prepareStackTrace = (_, [site]) => site && sourceOf(site);
    const holder: { stack?: string } = {};
    Error.captureStackTrace(holder, callee);
    const file = holder.stack ?? '';
    return file.startsWith('file:') ? fileURLToPath(file) : file;
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function sourceOf(site: NodeJS.CallSite): string | null | undefined {
  const file = site.getFileName();
  const origin = file && findSourceMap(file)?.findOrigin(site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1);
  return origin && 'fileName' in origin ? origin.fileName : file;
}
