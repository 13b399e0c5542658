import { realpath } from 'node:fs/promises';
import JSON5 from 'json5';
import type { z } from 'zod';
import { warnedOf } from '../failures/classify.ts';
import { DvcError } from '../failures/dvc-error.ts';
import { errorOf, explain } from '../failures/explain.ts';
import { findRoot } from './find-root.ts';
import { withLockRetries } from './lock-retries.ts';
import type { Progress } from './progress.ts';
import { type Ended, runProcess } from './run-process.ts';
import { inTurn } from './turns.ts';
import { findDvc } from './version-gate.ts';

export interface DvcOptions {
  /** Name on the PATH, or path, of the executable; `dvc` unless given. */
  readonly command?: string;
  /** Variables on top of this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Gets each line that DVC and its stages write, but for JSON. */
  readonly log?: (line: string) => void;
  /** How long a call tries again while another process holds the repository's lock; 60 unless given. */
  readonly lockWaitSeconds?: number;
  /** How long a call that is stopped may take to end by itself; 5 unless given. */
  readonly graceSeconds?: number;
}

export interface CallOptions {
  /** Stops the call: DVC and all that it started. The call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Of a command whose stages may write without end: which lines of standard output to keep. */
interface KeepOptions extends CallOptions {
  readonly keep?: RegExp;
}

/** Reports and questions at a terminal are not for a program. */
const QUIET = { DVC_NO_ANALYTICS: '1', GIT_TERMINAL_PROMPT: '0' };

/** Bars are drawn for a terminal only, unless DVC is told to. */
const BARS = { DVC_IGNORE_ISATTY: '1' };
/** These list paths, and break them where a terminal's line would end. */
const LISTING = ['checkout', 'pull'];
const WIDE = { COLUMNS: '32000' };

/** One folder of one repository, and how DVC is called in it. */
export interface Call {
  readonly folder: string;
  readonly version: () => Promise<string>;
  /** Of a command that takes the repository's lock, or writes its files: one at a time. */
  readonly locked: (args: readonly string[], options?: KeepOptions) => Promise<Ended>;
  /** Of a command that takes no lock: beside any other. */
  readonly free: (args: readonly string[], options?: CallOptions) => Promise<Ended>;
}

export function caller(folder: string, options: DvcOptions): Call {
  const { command = 'dvc', lockWaitSeconds = 60, graceSeconds, log = () => undefined } = options;
  const env = { ...options.env, ...QUIET };
  const find = () => findDvc(command, env);
  const run = async (args: readonly string[], { signal, onProgress, keep }: KeepOptions): Promise<Ended> => {
    const cwd = await existing(folder);
    const { path } = await find();
    signal?.throwIfAborted();
    const ended = await runProcess(path, args, {
      cwd,
      env: { ...env, ...(onProgress && BARS), ...(LISTING.includes(args[0] ?? '') && WIDE) },
      signal,
      graceSeconds,
      onProgress,
      keep,
      onLine: (line, stream) => (stream === 'stderr' || !args.includes('--json')) && log(line),
    });
    if (ended.exitCode !== 0) signal?.throwIfAborted();
    const failure = { args, cwd, root: findRoot(cwd) ?? cwd, exitCode: ended.exitCode, stderr: ended.stderr };
    if (ended.exitCode !== 0) throw explain(failure);
    const warned = warnedOf(ended.stderr, args[0]);
    if (warned) throw errorOf(warned, failure);
    return ended;
  };
  return {
    folder,
    version: async () => (await find()).version,
    free: (args, how = {}) => run(args, how),
    locked: async (args, how = {}) => {
      const { signal } = how;
      const cwd = await existing(folder);
      const retry = { waitSeconds: lockWaitSeconds, signal, log };
      return inTurn(findRoot(cwd) ?? cwd, () => withLockRetries(() => run(args, how), retry), signal);
    },
  };
}

async function existing(folder: string): Promise<string> {
  return realpath(folder).catch((cause: unknown) => {
    throw new DvcError(`${folder} isn't there`, { reason: 'notFound', cause });
  });
}

/** Reads JSON that DVC printed; it writes NaN and Infinity bare, as JSON5 has them. */
export function readJson<Schema extends z.ZodType>(
  schema: Schema,
  { stdout }: Ended,
  command: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(parseJson(stdout));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DvcError(`dvc ${command} printed what isn't expected at '${issue?.path.join('.')}': ${issue?.message}`, {
    reason: 'unexpectedOutput',
    said: stdout.slice(0, 2000),
  });
}

/** JSON5's parser is a hundred times slower: for what needs it only. What neither reads is left to the schema. */
function parseJson(text: string): unknown {
  for (const parser of [JSON, JSON5]) {
    try {
      return parser.parse(text) as unknown;
    } catch {}
  }
  return undefined;
}
