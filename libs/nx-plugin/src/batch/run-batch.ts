import type { Task } from '@nx/devkit';
import { ProcessPool } from './process-pool.ts';
import { tellWhile } from './tell-while.ts';

/** As Nx gives it: what waits for what. */
export interface TaskGraph {
  readonly tasks: Readonly<Record<string, Task>>;
  readonly dependencies: Readonly<Record<string, readonly { readonly id: string }[]>>;
}

/** What came of a task, as Nx wants it. */
export interface TaskResult {
  readonly task: string;
  readonly result: {
    readonly success: boolean;
    readonly status?: 'skipped';
    readonly terminalOutput: string;
    readonly startTime?: number;
    readonly endTime?: number;
  };
}

export interface BatchOptions {
  /** Arguments of `run-step`. */
  readonly argsOf: (task: Task) => readonly string[];
  readonly envOf: (task: Task) => NodeJS.ProcessEnv;
  /** Steps that run at once, at most. */
  readonly parallel: number;
  /** The workspace's folder. */
  readonly root: string;
}

/** A process is used again after a quick step alone: one that worked for long may have left memory, threads or settings. */
const QUICK_MILLISECONDS = 1000;

/**
 * Runs tasks, each when those before it are done, in as few processes as do: starting one takes ten times as long as a step
 * that does nothing. Tells of each when it is done; of a task behind one that failed, that it was skipped.
 */
export async function* runBatch(graph: TaskGraph, options: BatchOptions): AsyncGenerator<TaskResult> {
  const pool = new ProcessPool(options.root);
  const waiting = new Set(Object.values(graph.tasks));
  const running = new Map<string, Promise<TaskResult>>();
  const failed = new Set<string>();
  const isBehind = ({ id }: Task, others: { has: (task: string) => boolean }) =>
    (graph.dependencies[id] ?? []).some((before) => others.has(before.id));
  try {
    while (waiting.size + running.size > 0) {
      for (const task of waiting) {
        if (!isBehind(task, failed)) continue;
        waiting.delete(task);
        failed.add(task.id);
        yield { task: task.id, result: { success: false, status: 'skipped', terminalOutput: '' } };
      }
      const undone = new Set([...[...waiting].map(({ id }) => id), ...running.keys()]);
      const ready = [...waiting].filter((task) => !isBehind(task, undone));
      for (const task of ready.slice(0, options.parallel - running.size)) {
        waiting.delete(task);
        running.set(task.id, runTask(pool, task, options));
      }
      if (running.size === 0) continue;
      const done = await Promise.race(running.values());
      running.delete(done.task);
      if (!done.result.success) failed.add(done.task);
      yield done;
    }
  } finally {
    await pool.end();
  }
}

async function runTask(pool: ProcessPool, task: Task, { argsOf, envOf }: BatchOptions): Promise<TaskResult> {
  const process = pool.take(envOf(task));
  const startTime = Date.now();
  const { success, output } = await tellWhile((say) => process.run(argsOf(task), say));
  const endTime = Date.now();
  pool.giveBack(process, success && endTime - startTime < QUICK_MILLISECONDS);
  return { task: task.id, result: { success, terminalOutput: output, startTime, endTime } };
}
