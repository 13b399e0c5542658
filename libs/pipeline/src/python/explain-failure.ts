import { type ErrorCode, messageOf, PlatformError } from '@ml-platform/errors';
import type { ExecaError } from 'execa';

const COMPILE = 'npx platform lock PROJECT';

/** Failures with a known way out, by what pip, venv or uv print. The first that matches counts. */
const KNOWN: readonly {
  readonly said: RegExp;
  readonly what: (said: string) => string;
  readonly hint: string;
  readonly code?: ErrorCode;
}[] = [
  {
    said: /No space left on device|os error 28\b/,
    what: () => 'the disk is full',
    hint: 'free some space, then run the step again',
  },
  {
    said: /EACCES|EROFS/,
    what: (said) => said,
    hint: 'name a folder for caches that can be written to, in XDG_CACHE_HOME',
  },
  {
    said: /ensurepip is not available|No module named '?venv/,
    what: () => 'this Python has no venv module',
    hint: 'install it (Debian, Ubuntu: apt install python3-venv), or install uv',
  },
  {
    said: /Connection refused|NewConnectionError|dns error|name resolution|Network is unreachable|error sending request|timed out|from versions: none/i,
    what: (said) => `the package index${at(said)} can't be reached`,
    hint: 'check the network, or name a mirror in PIP_INDEX_URL, then run the step again',
  },
  {
    said: /No solution found/,
    what: (said) =>
      said
        .slice(Math.max(0, said.indexOf('Because')))
        .replaceAll(/\s+/g, ' ')
        .trim(),
    hint: 'take out or loosen what does not fit together in requirements.in',
    code: 'config',
  },
  {
    said: /Hash mismatch|do not match the hashes/i,
    what: (said) => `${/`([^`]+)`/.exec(said)?.[1] ?? 'a package'} is not the one that was locked (its hash differs)`,
    hint: `where that is meant to be, lock it anew: ${COMPILE}`,
  },
];

/** What a failed tool said, as one sentence and a way out; its whole output is in the cause. */
export function explainFailure(what: string, cause: unknown): PlatformError {
  const said = isToolFailure(cause) ? [cause.stderr, cause.stdout].filter(Boolean).join('\n') : messageOf(cause);
  const known = KNOWN.find((one) => one.said.test(said));
  return new PlatformError(`${what}: ${known?.what(said) ?? inOneLine(said, cause)}`, {
    code: known?.code ?? 'environment',
    hint: known?.hint ?? `mend the requirements, then lock them anew: ${COMPILE}`,
    cause,
  });
}

/** By its fields: the class would load execa into every step, of which few start a tool. */
function isToolFailure(cause: unknown): cause is ExecaError {
  return cause instanceof Error && 'stderr' in cause && 'shortMessage' in cause;
}

/** ` at pypi.example`: the host alone, since an address may hold a password. */
function at(said: string): string {
  const [url] = /https?:\/\/[^\s)'"`]+/.exec(said) ?? [];
  return url !== undefined && URL.canParse(url) ? ` at ${new URL(url).host}` : '';
}

/** uv prints an error and a chain of causes, a line each: the first and the last say most. */
function inOneLine(said: string, cause: unknown): string {
  const lines = said.split('\n').flatMap((line) => line.replace(/^\s*(?:error|ERROR|cause):\s*/, '').trim() || []);
  return [...new Set([lines.at(0), lines.at(-1)])].filter(Boolean).join(': ') || messageOf(cause);
}
