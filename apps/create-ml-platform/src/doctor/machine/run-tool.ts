import { type ChildProcess, spawn } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { systemCode } from '../../write/system-error.ts';
import { isOnPath } from './environment.ts';

/** How a program ended, or why it did not. */
export interface Ended {
  readonly exit: number | 'missing' | 'late' | 'killed';
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Seconds. */
  readonly patience: number;
}

const windows = process.platform === 'win32';
const running = new Set<ChildProcess>();

/**
 * Runs a program that asks nobody anything: its standard input is empty, and on a POSIX system it has no terminal. What it
 * started ends with it when its time is over.
 */
export function runTool({ program, args, cwd, env, patience }: ToolCall): Promise<Ended> {
  // On Windows most tools are scripts for its shell, which says of one that is missing only that it failed.
  const byShell = windows && !isAbsolute(program);
  if (byShell && !isOnPath(program, env)) return Promise.resolve({ exit: 'missing', stdout: '', stderr: '' });
  return new Promise((settle) => {
    const child = spawn(program, byShell ? args.map(quoted) : args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: !windows,
      shell: byShell,
      windowsHide: true,
    });
    running.add(child);
    const [stdout, stderr] = [child.stdout, child.stderr].map(collect);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      end(child);
    }, patience * 1000);
    const finish = (exit: Ended['exit']): void => {
      clearTimeout(timer);
      running.delete(child);
      settle({ exit: isLate ? 'late' : exit, stdout: stdout?.() ?? '', stderr: stderr?.() ?? '' });
    };
    child.on('error', (error) => finish(systemCode(error) === 'ENOENT' ? 'missing' : 'killed'));
    child.on('close', (code) => finish(code ?? 'killed'));
  });
}

/** Ends what still runs, for when we are told to end. */
export function endTools(): void {
  for (const child of running) end(child);
}

function quoted(arg: string): string {
  return /[\s&|<>^]/.test(arg) ? `"${arg}"` : arg;
}

function end(child: ChildProcess): void {
  try {
    if (windows || child.pid === undefined) child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}
