import type { PipelineDocument } from '@ml-platform/pipeline';
import { expect, test } from 'vitest';
import { compile } from '../target.ts';
import { documentOf } from '../testing/documents.ts';
import { definitionText } from './limits.ts';
import { sageMaker } from './sagemaker.ts';
import { type SageMakerSettings, sageMakerSettings } from './settings.ts';
import { SETTINGS } from './testing/settings.ts';

const one = (more: object, pipeline = {}): PipelineDocument =>
  documentOf([{ reads: [], after: [], gates: [], more: { ...more } }], [0], pipeline);
const accelerator = (type: string, count = 1) => ({ resources: { accelerator: { type, count } } });
const settingsOf = (of: NonNullable<SageMakerSettings['steps']>[string]) => ({ ...SETTINGS, steps: { 'step-0': of } });

test.each<[string, PipelineDocument, string, SageMakerSettings?]>([
  [
    'an accelerator that SageMaker has not',
    one(accelerator('google-tpu-v5')),
    "step 'step-0': resources.accelerator.type is google-tpu-v5; a training job of SageMaker has nvidia-t4, nvidia-l4",
  ],
  [
    'an accelerator that a processing job has not',
    one(accelerator('nvidia-a100-40gb')),
    'resources.accelerator.type is nvidia-a100-40gb; a processing job of SageMaker has nvidia-t4',
    settingsOf({ form: 'processing' }),
  ],
  [
    'more accelerators than a machine has',
    one(accelerator('nvidia-v100', 9)),
    'resources is accelerator.count 9; a processing job of SageMaker has at most ml.p3.16xlarge (64 CPUs, 488Gi, 8 of these)',
  ],
  [
    'more memory than a machine has',
    one({ resources: { cpu: 8, memory: '2Ti' } }),
    'resources is cpu 8, memory 2Ti; a processing job of SageMaker has at most ml.r5.24xlarge (96 CPUs, 768Gi)',
  ],
  [
    'more disk than a volume has',
    one({ resources: { disk: '17Ti' } }),
    "resources.disk is 17Ti; SageMaker's volumes have at most 16384Gi",
  ],
  [
    'more disk than a machine with its own has',
    one({ resources: { disk: '1Ti', accelerator: { type: 'nvidia-t4', count: 1 } } }),
    'resources is disk 1Ti, accelerator.count 1; a processing job of SageMaker has at most ml.g4dn.16xlarge (64 CPUs, 256Gi, 1 of these, a disk of 900 GB) or ml.g4dn.12xlarge (48 CPUs, 192Gi, 4 of these, a disk of 900 GB)',
  ],
  [
    'a long processing job',
    one({ timeout: '10d' }),
    'timeout is 10d; a processing job of SageMaker runs for at most 9 days',
  ],
  [
    'a long training job',
    one({ timeout: '29d', spot: true }),
    'timeout is 29d; a training job of SageMaker runs for at most 28 days',
  ],
  ['a name that ends with a hyphen', one({}, { name: 'sales-' }), "name is 'sales-'; SageMaker takes 1 to 256 letters"],
  [
    'a long path',
    one({}),
    'characters of an argument is 257; SageMaker takes at most 256',
    { ...SETTINGS, pipeline: 'x'.repeat(257) },
  ],
  [
    'a long lake',
    one({}),
    'characters of an argument is 260; SageMaker takes at most 256',
    { ...SETTINGS, lake: `s3://lake/${'x'.repeat(210)}/` },
  ],
])('%s is refused', (_, document, message, settings = SETTINGS) => {
  const compiling = () => compile(sageMaker, document, settings);
  expect(compiling).toThrow(message);
  expect(compiling).toThrow('(source: ');
});

test.each<[string, PipelineDocument, string, SageMakerSettings]>([
  [
    'spot in a processing job',
    one({ spot: true }),
    "step 'step-0' is spot, and the settings of SageMaker make it a processing job",
    settingsOf({ form: 'processing' }),
  ],
  [
    'settings of a step that is none',
    one({}),
    "the settings of SageMaker name step 'step-1', which pipeline 'random' doesn't have",
    { ...SETTINGS, steps: { 'step-1': {} } },
  ],
  [
    'a schedule that nothing may start',
    one({}, { schedule: { cron: '0 4 * * *' } }),
    "pipeline 'random' has a schedule, and the settings of SageMaker have none",
    (({ schedule: _, ...rest }) => rest)(SETTINGS),
  ],
])('%s is refused', (_, document, message, settings) => {
  expect(() => compile(sageMaker, document, settings)).toThrow(message);
});

test('a definition is readable where it fits, and refused where it fits no way', () => {
  const list = (length: number) => Array.from({ length }, () => 1);
  expect(definitionText(one({}), list(10))).toContain('\n');
  expect(definitionText(one({}), list(400_000))).not.toContain('\n');
  expect(() => definitionText(one({}), list(600_000))).toThrow(
    'characters of its definition is 1200001; SageMaker takes at most 1048576',
  );
});

test('settings that SageMaker would not take are none', () => {
  const { pipeline: _, ...settings } = SETTINGS;
  for (const wrong of [{ role: 'pipelines' }, { lake: 'gs://lake' }, { steps: { train: { instance: 'm5.large' } } }])
    expect(sageMakerSettings.safeParse({ ...settings, ...wrong }).success).toBe(false);
  expect(sageMakerSettings.safeParse(settings).success).toBe(true);
});
