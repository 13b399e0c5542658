import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PlatformError } from '@ml-platform/errors';
import type { Step } from '../definition/define-step.ts';
import type { Resources, StepDocument } from '../document/document.ts';
import { pythonEnvironment } from '../python/python-environment.ts';
import { givenFor } from './framework.ts';

export interface ImplementationContext {
  readonly step: string;
  readonly params: Record<string, unknown>;
  readonly inputs: Readonly<Record<string, string | readonly string[]>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly project: string;
  readonly resources?: Resources | undefined;
  readonly log: (message: string) => void;
  readonly signal: AbortSignal;
}

/** How long a step that is told to stop has to end by itself. */
const GRACE_MILLISECONDS = 5000;
const PYTHON_LIBRARY = fileURLToPath(new URL('../../python', import.meta.url));

/** Calls a step's `run`, or its Python script, with the paths and parameters it was promised. */
export async function runImplementation(
  step: Step,
  runner: StepDocument['runner'],
  context: ImplementationContext,
): Promise<void> {
  if (runner.language === 'python') return runPython(runner, context);
  const { run } = await (step.run as () => Promise<{ run: unknown }>)();
  if (typeof run !== 'function') {
    throw new PlatformError(`the module of step '${context.step}' exports no function 'run'`, {
      code: 'config',
      hint: `in it: export async function run({ inputs, outputs }: StepContext<typeof ${step.name}>) { … }`,
    });
  }
  const { log, signal } = context;
  const finished = Promise.resolve(
    run({ ...context, progress: progressTo(log), writeMetrics: metricsTo(context.outputs) }),
  );
  await Promise.race([finished, stopped(signal)]);
}

/** Rejects when a step that was told to stop has had its time for it: until it ends by itself, it may be writing. */
async function stopped(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  await setTimeout(GRACE_MILLISECONDS);
  throw signal.reason;
}

function progressTo(log: (message: string) => void) {
  return ({ done, total, label }: { done: number; total: number; label: string }) => log(`${done}/${total} ${label}`);
}

function metricsTo(outputs: Readonly<Record<string, string>>) {
  return async (output: string, values: Readonly<Record<string, number>>) => {
    await writeFile(outputs[output] ?? output, `${JSON.stringify(values, null, 2)}\n`);
  };
}

async function runPython(
  runner: Extract<StepDocument['runner'], { language: 'python' }>,
  { step, params, inputs, outputs, project, resources, log, signal }: ImplementationContext,
): Promise<void> {
  const { module, requirements } = runner;
  const { ExecaError, execa } = await import('execa');
  const interpreter = await pythonEnvironment(join(project, requirements), { log, signal });
  const given = await givenFor(runner, interpreter, resources);
  const folder = await mkdtemp(join(tmpdir(), 'step-'));
  const context = join(folder, 'context.json');
  try {
    await writeFile(context, JSON.stringify({ ...given.context, step, params, inputs, outputs }));
    await execa(interpreter, ['-u', join(project, module)], {
      cwd: dirname(join(project, module)),
      // onnxruntime tells its maker about its use unless told not to.
      env: {
        ORT_DISABLE_TELEMETRY: '1',
        STEP_CONTEXT: context,
        PYTHONPATH: PYTHON_LIBRARY,
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONHASHSEED: '0',
        ...given.env,
      },
      stdin: 'ignore',
      stdout: lines(log),
      stderr: lines(log),
      cancelSignal: signal,
      // Else execa ends this process as well where a signal comes: before it has said why, and cleared up.
      cleanup: false,
      buffer: false,
      forceKillAfterDelay: GRACE_MILLISECONDS,
    });
  } catch (cause) {
    throw cause instanceof ExecaError ? new Error(`${basename(module)} ${ending(cause)}`, { cause }) : cause;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly shortMessage: string;
}

/** Of an ExecaError, whose own type takes the compiler two seconds to compare. */
function ending({ exitCode, signal, shortMessage }: Ended): string {
  if (signal === 'SIGKILL') return 'was killed (SIGKILL), as by a machine that is out of memory';
  if (signal !== undefined) return `was killed (${signal})`;
  return exitCode === undefined ? shortMessage : `ended with exit code ${exitCode}; what it said stands above`;
}

/** A transform of execa's that hands each line on, and keeps none. */
function lines(log: (message: string) => void) {
  return function* (line: unknown) {
    log(String(line));
    yield* [];
  };
}
