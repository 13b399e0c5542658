import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { artifactsFolder, hashArtifact } from '@ml-platform/pipeline';
import { expect, test } from 'vitest';
import { compile } from '../target.ts';
import { type Project, STRESS_RUNS, stressProject } from '../testing/project.ts';
import { kubeflow } from './kubeflow.ts';
import { interpret } from './testing/interpret.ts';
import { readSpec } from './testing/read-spec.ts';
import { runForReal } from './testing/real-runner.ts';
import { KUBEFLOW, VERTEX } from './testing/settings.ts';
import { vertex } from './vertex.ts';

type Overrides = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** `judge.strict=true` as the pipeline's parameter holds it. */
function overrides(params: readonly string[]): Overrides {
  const entries = params.map((text): [string, Record<string, unknown>] => {
    const [, step = '', name = '', value = ''] = /^([^.]+)\.([^=]+)=(.*)$/.exec(text) ?? [];
    return [step, { [name]: JSON.parse(value) }];
  });
  return Object.fromEntries(entries);
}

/** What a step left for others: in a place per output, or in one for all. */
function outputPlace(folder: string, step: string, output: string): string {
  const whole = join(folder, step, 'artifacts', 'step-artifacts');
  return existsSync(whole) ? whole : join(folder, step, 'artifacts', output);
}

async function expectSameArtifacts(project: Project, folder: string): Promise<void> {
  const skipped: string[] = [];
  for (const { name, outputs } of project.document.steps) {
    const plain = artifactsFolder(project.folder, name);
    const isSkipped = existsSync(join(plain, 'skipped.json'));
    if (isSkipped) skipped.push(name);
    for (const [output, { path }] of Object.entries(outputs)) {
      const left = join(outputPlace(folder, name, output), path);
      expect(existsSync(left), left).toBe(!isSkipped);
      if (!isSkipped) expect(await hashArtifact(left), left).toBe(await hashArtifact(join(plain, path)));
    }
  }
  expect(skipped.length).toBeLessThan(project.document.steps.length);
}

test.each([
  ...STRESS_RUNS.map((params) => ({ engine: 'Kubeflow', params })),
  { engine: 'Vertex AI', params: ['judge.strict=true'] },
])(
  'the stress pipeline for $engine with $params: the same artifacts as step by step',
  async ({ engine, params }) => {
    const project = await stressProject();
    const folder = await mkdtemp(join(tmpdir(), 'kfp-'));
    try {
      const pipeline = join(project.folder, 'src/pipeline.ts');
      const files =
        engine === 'Kubeflow'
          ? compile(kubeflow, project.document, { ...KUBEFLOW, pipeline }, { without: ['disk'] })
          : compile(vertex, project.document, { ...VERTEX, pipeline });
      interpret(readSpec(files).spec, { params: overrides(params) }, runForReal(project.folder), { folder });
      await project.runAll(params);
      await expectSameArtifacts(project, folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
      await project.remove();
    }
  },
  600_000,
);
