import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type StepContext, workspaceRoot } from '@ml-platform/pipeline';
import { openSqliteRegistry } from '@ml-platform/registry';
import type { registerModel } from './register.ts';

/** The same model again gives the version that exists; its alias is set all the same. */
export async function run({ params, inputs, outputs, log }: StepContext<typeof registerModel>): Promise<void> {
  const { modelName, alias } = params;
  const metrics = JSON.parse(await readFile(inputs.metrics, 'utf8')) as Record<string, number>;
  const registry = await openSqliteRegistry(resolve(workspaceRoot(import.meta.dirname), params.modelsFolder));
  try {
    const { version, created, contentHash } = await registry.register({
      name: modelName,
      source: inputs.model,
      metrics,
    });
    const { previous } = await registry.promote(modelName, version, { alias });
    log(
      `${modelName} version ${version} (${created ? 'new' : 'the same as before'}) is ${alias}, before: ${previous ?? 'none'}`,
    );
    await writeFile(outputs.version, `${JSON.stringify({ name: modelName, version, alias, contentHash }, null, 2)}\n`);
  } finally {
    await registry.close();
  }
}
