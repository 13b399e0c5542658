import type { ChildProcess } from 'node:child_process';
import { DETACHED, endWithUs, signalGroup } from './process-group.ts';
import type { Progress } from './progress.ts';
import { saidReader } from './said.ts';

/** A training may complain for hours: its last words are what an error is made of. */
const LAST_LINES = 1000;

export interface ProcessOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** How long a process that is told to stop may take; 5 unless given. */
  readonly graceSeconds?: number | undefined;
  readonly onLine?: ((line: string, stream: 'stdout' | 'stderr') => void) | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Which lines of standard output to keep; all unless given. */
  readonly keep?: RegExp | undefined;
}

/** Both streams as lines, without bars and blank ones. */
export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Where it never started. */
  readonly code?: string | undefined;
}

/**
 * Runs a process to its end, whatever that is. A signal stops its whole group: SIGINT first, SIGKILL for what is left when
 * it has ended or the grace is over.
 */
export async function runProcess(command: string, args: readonly string[], options: ProcessOptions): Promise<Ended> {
  const { cwd, env, onLine, onProgress, keep } = options;
  const { execa } = await import('execa');
  const child = execa(command, args, {
    cwd,
    env,
    detached: DETACHED,
    cleanup: false,
    stdin: 'ignore',
    buffer: false,
    reject: false,
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  const out = saidReader({
    onLine: (line) => {
      if (keep?.test(line) ?? true) stdout.push(line);
      onLine?.(line, 'stdout');
    },
  });
  const err = saidReader({
    onLine: (line) => {
      stderr.push(line);
      if (stderr.length > 2 * LAST_LINES) stderr.splice(0, LAST_LINES);
      onLine?.(line, 'stderr');
    },
    onProgress,
  });
  child.stdout.on('data', out.write);
  child.stderr.on('data', err.write);
  const release = stopBy(child.nodeChildProcess, options);
  try {
    const { exitCode, code } = await child;
    out.end();
    err.end();
    return { exitCode, code, stdout: stdout.join('\n'), stderr: stderr.join('\n') };
  } finally {
    release();
  }
}

function stopBy(child: ChildProcess, { signal, graceSeconds = 5 }: ProcessOptions): () => void {
  const { pid } = child;
  if (pid === undefined) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    signalGroup(pid, 'SIGINT');
    timer ??= setTimeout(signalGroup, graceSeconds * 1000, pid, 'SIGKILL');
  };
  // Streams that a stage's child holds open keep the call waiting: it ends with the group.
  child.once('exit', () => timer && signalGroup(pid, 'SIGKILL'));
  const forget = endWithUs(pid, stop);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    forget();
  };
}
