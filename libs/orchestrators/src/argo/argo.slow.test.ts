import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { FEATURES } from '../features.ts';
import { compile } from '../target.ts';
import { documentsWith, stressDocument } from '../testing/documents.ts';
import { goModule, goTool } from '../testing/go-tool.ts';
import { argo } from './argo.ts';
import type { ArgoSettings } from './settings.ts';
import { manifestOf, rayPipeline } from './testing/ray-pipeline.ts';

const SETTINGS: ArgoSettings = {
  lake: 's3://lake/runs',
  pipeline: 'src/pipeline.ts',
  images: { typescript: 'acme/steps:1', python: 'acme/steps-python:1' },
  spot: { nodeSelector: { capacity: 'spot' } },
  accelerators: { 'nvidia-t4': { resource: 'nvidia.com/gpu' } },
  ray: { workers: 2 },
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
  for (const document of [stress, { ...stress, schedule }, rayPipeline(), ...random]) {
    const { exitCode, all } = await lint(compile(argo, document, SETTINGS).get('workflow.yaml') ?? '');
    expect(exitCode, all).toBe(0);
  }
  const text = compile(argo, stress, SETTINGS).get('workflow.yaml') ?? '';
  const broken = text.replace(/when: .*outputs\.parameters\.metrics/, (found) => found.replace(/metrics$/, 'nothing'));
  expect(broken).not.toBe(text);
  expect((await lint(broken)).exitCode).not.toBe(0);
});

test("the KubeRay operator's own schema takes a step's cluster, and none with another field or type", async ({
  skip,
}) => {
  const sources = await goModule('github.com/ray-project/kuberay/ray-operator', 'v1.5.0');
  if (sources === undefined) skip('Go is not installed: the operator is not fetched');
  const definition = parse(await readFile(join(sources ?? '', 'config/crd/bases/ray.io_rayjobs.yaml'), 'utf8'));
  const version = definition.spec.versions.find(({ name }: { name: string }) => name === 'v1');
  // Kubernetes drops fields that its schema doesn't have; here they are wrong.
  const schema = closed(version.schema.openAPIV3Schema);
  const isValid = new Ajv({ strict: false, validateFormats: false }).compile(schema as object);
  const templates = parse(compile(argo, rayPipeline(), SETTINGS).get('workflow.yaml') ?? '').spec.templates;
  const job = manifestOf(templates[1]);
  expect(isValid(job), JSON.stringify(isValid.errors)).toBe(true);
  const spec = (more: object) => ({ ...job, spec: { ...job.spec, ...more } });
  const { rayClusterSpec } = job.spec;
  for (const wrong of [
    spec({ entrypoint: 7 }),
    spec({ entrypiont: 'x' }),
    spec({ activeDeadlineSeconds: '2h' }),
    spec({ rayClusterSpec: { ...rayClusterSpec, headGroupSpec: { rayStartParams: {} } } }),
    spec({
      rayClusterSpec: {
        ...rayClusterSpec,
        workerGroupSpecs: [{ ...rayClusterSpec.workerGroupSpecs[0], replicas: 'two' }],
      },
    }),
  ]) {
    expect(isValid(wrong)).toBe(false);
  }
});

/** A schema that lets nothing pass which it doesn't name; what may have any field says so by a field of Kubernetes' own. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isOpen = 'additionalProperties' in inner || 'x-kubernetes-preserve-unknown-fields' in inner;
  const hasFields = typeof inner.properties === 'object' && inner.type === 'object';
  return hasFields && !isOpen ? { ...inner, additionalProperties: false } : inner;
}
