import { globSync } from 'node:fs';
import { join } from 'node:path';
import { readHashes } from '@ml-platform/dvc';
import { PlatformError } from '@ml-platform/errors';
import { loadPipeline, runStep, type StepResult, stepOrder, toDocument, toPosix } from '@ml-platform/pipeline';
import { WORKSPACE } from '../workspace.ts';
import { readOptions } from './options.ts';
import { workspaceDvc } from './workspace-dvc.ts';

/** `platform data commit [PATH …]`: a path is one that `data add` was given. */
export async function commit(args: readonly string[]): Promise<void> {
  const { values, positionals } = readOptions('commit', args, {}, 1000);
  const changed = await commitFiles(positionals.map(toPosix));
  const stale = positionals.length > 0 ? [] : await recordSteps();
  if (values.json) return void process.stdout.write(`${JSON.stringify({ changed, stale })}\n`);
  const parts = [
    changed.length > 0 ? `recorded: ${changed.join(', ')}` : 'no raw data has changed',
    ...stale.map(
      ({ pipeline, steps }) => `not up to date, so not recorded: ${steps.join(', ')}; npx nx run ${pipeline}:run`,
    ),
  ];
  process.stdout.write(`${parts.join('\n')}\n`);
}

/** Raw data, which no step makes; returns what had changed. */
async function commitFiles(paths: readonly string[]): Promise<string[]> {
  const before = await rawData();
  const chosen = [...before.keys()].filter((path) => paths.length === 0 || paths.includes(path));
  const unknown = paths.find((path) => !before.has(path));
  const targets = unknown === undefined ? chosen : [...paths];
  if (targets.length > 0) await (await workspaceDvc()).commit(targets, { force: true });
  const after = await rawData();
  return chosen.filter((path) => before.get(path) !== after.get(path));
}

async function rawData(): Promise<Map<string, string | undefined>> {
  const tracked = await readHashes(WORKSPACE);
  return new Map(tracked.filter(({ stage }) => stage === undefined).map(({ path, hash }) => [path, hash?.value]));
}

/** By pipeline, the steps whose outputs their code, parameters and inputs of now didn't make. */
async function recordSteps(): Promise<{ readonly pipeline: string; readonly steps: readonly string[] }[]> {
  const stale: { pipeline: string; steps: string[] }[] = [];
  for (const file of globSync('{apps,libs}/*/src/pipeline.ts', { cwd: WORKSPACE }).sort()) {
    const pipeline = await loadPipeline(join(WORKSPACE, file));
    const steps: string[] = [];
    for (const { name } of stepOrder(toDocument(pipeline))) {
      const log = (message: string) => void process.stderr.write(`[${name}] ${message}\n`);
      if (await isStale(() => runStep(pipeline, { step: name, reuse: true, recordOnly: true, log }))) steps.push(name);
    }
    if (steps.length > 0) stale.push({ pipeline: pipeline.name, steps });
  }
  return stale;
}

/** What a step needs may not be there at all. */
async function isStale(record: () => Promise<StepResult>): Promise<boolean> {
  try {
    return (await record()).status === 'stale';
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'notFound') return true;
    throw error;
  }
}
