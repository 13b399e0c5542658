import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FEATURES } from '../features.ts';
import { compile } from '../target.ts';
import { documentsWith, stressDocument } from '../testing/documents.ts';
import { goTool } from '../testing/go-tool.ts';
import { argo } from './argo.ts';
import type { ArgoSettings } from './settings.ts';

const SETTINGS: ArgoSettings = {
  lake: 's3://lake/runs',
  pipeline: 'src/pipeline.ts',
  images: { typescript: 'acme/steps:1', python: 'acme/steps-python:1' },
  spot: { nodeSelector: { capacity: 'spot' } },
  accelerators: { 'nvidia-t4': { resource: 'nvidia.com/gpu' } },
};

let tool: string | undefined;
let folder: string;
beforeAll(async () => {
  tool = await goTool('github.com/argoproj/argo-workflows/v3', 'cmd/argo', 'v3.6.10');
  folder = await mkdtemp(join(tmpdir(), 'argo-'));
}, 1_200_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function lint(text: string) {
  const file = join(folder, 'workflow.yaml');
  await writeFile(file, text);
  return execa(tool ?? 'argo', ['lint', '--offline', file], { all: true, reject: false });
}

test("Argo's own linter takes a workflow and a cron workflow, and not one whose gate reads what isn't there", async ({
  skip,
}) => {
  if (tool === undefined) skip('Go is not installed: Argo is not built');
  const { schedule, ...stress } = await stressDocument();
  const random = fc.sample(documentsWith(FEATURES), { numRuns: 30, seed: 7 });
  for (const document of [stress, { ...stress, schedule }, ...random]) {
    const { exitCode, all } = await lint(compile(argo, document, SETTINGS).get('workflow.yaml') ?? '');
    expect(exitCode, all).toBe(0);
  }
  const text = compile(argo, stress, SETTINGS).get('workflow.yaml') ?? '';
  const broken = text.replace(/when: .*outputs\.parameters\.metrics/, (found) => found.replace(/metrics$/, 'nothing'));
  expect(broken).not.toBe(text);
  expect((await lint(broken)).exitCode).not.toBe(0);
});
