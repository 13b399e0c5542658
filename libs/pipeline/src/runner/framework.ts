import type { Resources, StepDocument } from '../document/document.ts';
import { parseMemory } from '../document/quantities.ts';
import { findJava } from '../python/find-java.ts';

type PythonRunner = Extract<StepDocument['runner'], { language: 'python' }>;

/** What a framework needs, beside what every Python step is given. */
interface Given {
  /** In the step's context. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * What a script for Spark or Ray is given to start it on this machine, within what its step asks for.
 *
 * @throws PlatformError `environment` for Spark without Java.
 */
export async function givenFor({ on }: PythonRunner, interpreter: string, resources: Resources = {}): Promise<Given> {
  const { cpu, memory, accelerator } = resources;
  if (on === 'spark') {
    const java = await findJava(interpreter);
    const mebibytes = memory === undefined ? undefined : parseMemory(memory);
    return {
      context: mebibytes === undefined ? {} : { memory: mebibytes },
      // Python's own processes are started by the JVM: by the name on the PATH, unless told.
      env: { PYSPARK_PYTHON: interpreter, PYSPARK_DRIVER_PYTHON: interpreter, ...(java && { JAVA_HOME: java }) },
    };
  }
  if (on === 'ray') {
    const cluster = {
      ...(cpu !== undefined && { num_cpus: Math.ceil(cpu) }),
      ...(accelerator && { num_gpus: accelerator.count }),
    };
    return { context: { ray: cluster }, env: {} };
  }
  return { context: {}, env: {} };
}
