import { isDeepStrictEqual } from 'node:util';
import { type StepProcess, startStepProcess } from './step-process.ts';

/** Processes for steps, started when they are asked for. */
export class ProcessPool {
  readonly #root: string;
  readonly #all = new Set<StepProcess>();
  readonly #idle = new Set<StepProcess>();
  #isStopped = false;

  /** `root`: the folder that they work in. */
  constructor(root: string) {
    this.#root = root;
    // A killed Nx can't tell: its end of the channel is closed.
    for (const event of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(event, () => void this.end());
  }

  /** One of this environment in which nothing runs, ready or just started. */
  take(env: NodeJS.ProcessEnv): StepProcess {
    for (const one of this.#idle) {
      if (!one.isAlive() || !isDeepStrictEqual(one.env, env)) continue;
      this.#idle.delete(one);
      return one;
    }
    const started = startStepProcess(this.#root, env);
    this.#all.add(started);
    void started.ended.then(() => this.#all.delete(started));
    if (this.#isStopped) started.stop();
    return started;
  }

  giveBack(one: StepProcess, isFit: boolean): void {
    if (isFit) this.#idle.add(one);
    else one.stop();
  }

  /** Stops all that run, and those that are taken from now on; resolves when none is left. */
  async end(): Promise<void> {
    this.#isStopped = true;
    for (const one of this.#all) one.stop();
    await Promise.all([...this.#all].map(({ ended }) => ended));
  }
}
