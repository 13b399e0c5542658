import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { json } from '../artifacts/artifacts.ts';
import { defineStep } from '../definition/define-step.ts';
import { numbersProject } from '../testing/numbers-project.ts';
import { runStepAlone } from './run-step-alone.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alone-'));
});
afterEach(() => rm(folder, { recursive: true }));

const double = defineStep({
  name: 'double',
  params: z.strictObject({ by: z.number().default(2) }),
  inputs: { number: json() },
  outputs: { doubled: json() },
  run: async () => ({
    run: async ({
      params,
      inputs,
      outputs,
    }: {
      params: { by: number };
      inputs: { number: string };
      outputs: { doubled: string };
    }) => {
      const number = JSON.parse(await readFile(inputs.number, 'utf8'));
      if (number < 0) return;
      await writeFile(outputs.doubled, JSON.stringify(params.by * number));
    },
  }),
});

async function given(value: unknown): Promise<string> {
  const path = join(folder, 'given.json');
  await writeFile(path, JSON.stringify(value));
  return path;
}

test('a step in TypeScript gets defaults and paths, and says where its outputs are', async () => {
  const { doubled } = await runStepAlone(double, { inputs: { number: await given(4) }, folder });
  expect(JSON.parse(await readFile(doubled, 'utf8'))).toBe(8);
});

test('a step in Python runs in its own environment', async () => {
  const numbers = await numbersProject();
  const { addUp } = (await import(numbers.file)) as typeof import('./fixtures/pipeline.ts');
  const { metrics } = await runStepAlone(addUp, { inputs: { numbers: await given([1, 2, 3]) }, folder });
  expect(JSON.parse(await readFile(metrics, 'utf8'))).toEqual({ sum: 6 });
  await numbers.remove();
});

test('wrong parameters and a forgotten output are refused', async () => {
  const inputs = { number: await given(-1) };
  await expect(runStepAlone(double, { inputs, folder, params: { by: 'two' as never } })).rejects.toThrow(
    expect.objectContaining({ code: 'config', message: expect.stringContaining("parameters of step 'double'") }),
  );
  await expect(runStepAlone(double, { inputs, folder })).rejects.toThrow("did not write its output 'doubled'");
});
