import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StepContext } from '@ml-platform/pipeline';
import { openSqliteRegistry } from '@ml-platform/registry';
import type { registerModel } from './register.ts';

const MODEL = 'flight-delays';
const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));

export async function run({ params, inputs, outputs, log }: StepContext<typeof registerModel>): Promise<void> {
  const metrics = JSON.parse(await readFile(inputs.metrics, 'utf8')) as Record<string, number>;
  const registry = await openSqliteRegistry(path.resolve(WORKSPACE, params.models));
  try {
    const { version, created, contentHash } = await registry.register({ name: MODEL, source: inputs.model, metrics });
    await registry.promote(MODEL, version);
    log(`${MODEL} version ${version} ${created ? 'registered' : 'was registered before'}; it is the champion`);
    await writeFile(outputs.version, `${JSON.stringify({ name: MODEL, version, contentHash }, null, 2)}\n`);
  } finally {
    await registry.close();
  }
}
