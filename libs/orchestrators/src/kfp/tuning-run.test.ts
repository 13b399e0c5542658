import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { searchProject } from '../sagemaker/testing/search-project.ts';
import { compile } from '../target.ts';
import { interpret } from './testing/interpret.ts';
import { readSpec } from './testing/read-spec.ts';
import { runForReal } from './testing/real-runner.ts';
import { VERTEX } from './testing/settings.ts';
import { vertex } from './vertex.ts';

/** Runs the search as Vertex AI does, with trials from the one end of each range to the other. */
async function runSearch(params: object, check: (folder: string, started: readonly string[]) => Promise<void>) {
  const project = await searchProject();
  const folder = await mkdtemp(join(tmpdir(), 'tuning-'));
  try {
    const settings = {
      ...VERTEX,
      pipeline: join(project.folder, project.pipeline),
      steps: { fit: { form: 'tuning' } },
    } as const;
    const { spec } = readSpec(compile(vertex, project.document, settings));
    const { started } = interpret(spec, { params }, runForReal(project.folder), { folder });
    await check(folder, started);
  } finally {
    await rm(folder, { recursive: true });
    await project.remove();
  }
}

const read = async (folder: string, ...path: string[]) => JSON.parse(await readFile(join(folder, ...path), 'utf8'));

test('the trials of a tuning job, then the task that takes the best: its artifacts, and all trials in the record', async () => {
  await runSearch({ fit: { label: 'a "b"' } }, async (folder, started) => {
    expect(started).toEqual(['count', 'add-up', 'fit-trials', 'fit', 'gather']);
    // Rates from 0.1 to 10 in six trials, of which 4.06 is the nearest to 3, and its power is 2.
    const best = { rate: 0.1 + (9.9 * 2) / 5, power: 2, label: 'a "b"' };
    const artifacts = join(folder, 'fit/artifacts');
    expect(await read(artifacts, 'chosen/chosen.json')).toEqual(best);
    expect(await read(folder, 'gather/artifacts/all/all.json')).toEqual([best]);
    const { parameters, trials } = (await read(artifacts, 'run-record/fit.json')).run.facets;
    expect(parameters.values).toEqual(best);
    expect(trials.trials).toHaveLength(6);
    expect(await readdir(join(folder, 'fit-trials/artifacts/trials'))).toHaveLength(6);
  });
});

test('where the gate says no, no trial starts', async () => {
  await runSearch({ count: { upTo: 1 } }, async (folder, started) => {
    expect(started).toEqual(['count', 'add-up']);
    expect(existsSync(join(folder, 'fit'))).toBe(false);
  });
});
