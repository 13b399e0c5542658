import { expect, test } from 'vitest';
import { compile } from '../target.ts';
import { kubeflow } from './kubeflow.ts';
import { type KubeflowSettings, kubeflowSettings } from './settings.ts';
import { readSpec } from './testing/read-spec.ts';
import { sales } from './testing/sales.ts';
import { KUBEFLOW } from './testing/settings.ts';

const SCHEDULE = { cron: '0 4 * * 1', timezone: 'Europe/Berlin' };

const compiled = (document = sales(), settings = KUBEFLOW) => readSpec(compile(kubeflow, document, settings));

test('a step is a container of the step runner, with places for what it reads and leaves', () => {
  const { spec } = compiled();
  expect(spec.deploymentSpec.executors['exec-register']?.container).toEqual({
    image: 'acme/steps:1',
    command: ['run-step'],
    args: [
      '--pipeline',
      'apps/sales/src/pipeline.ts',
      '--step',
      'register',
      '--input',
      "train.model={{$.inputs.artifacts['train--model'].path}}",
      '--input',
      "train.quality={{$.inputs.artifacts['train--quality'].path}}",
      '--output',
      "page={{$.outputs.artifacts['page'].path}}",
      '--record',
      "{{$.outputs.artifacts['run-record'].path}}",
    ],
  });
  expect(spec.components['comp-register']?.outputDefinitions?.artifacts).toEqual({
    page: { artifactType: { schemaTitle: 'system.HTML', schemaVersion: '0.0.1' } },
    'run-record': { artifactType: { schemaTitle: 'system.Artifact', schemaVersion: '0.0.1' } },
  });
});

test('parameters reach the steps that have some, and metrics leave as numbers where a gate asks them', () => {
  const { spec } = compiled();
  expect(spec.root.inputDefinitions?.parameters?.params).toMatchObject({ parameterType: 'STRUCT', defaultValue: {} });
  const { args = [] } = spec.deploymentSpec.executors['exec-train']?.container ?? {};
  expect(args.join(' ')).toContain("--params-json {{$.inputs.parameters['params']}}");
  const loss = "{{$.outputs.parameters['quality-log_2e_loss'].output_file}}";
  expect(args.join(' ')).toContain(`--metric quality.log.loss=${loss}`);
  expect(spec.components['comp-train']?.outputDefinitions?.parameters).toEqual({
    'quality-auc': { parameterType: 'NUMBER_DOUBLE' },
    'quality-log_2e_loss': { parameterType: 'NUMBER_DOUBLE' },
  });
});

test('a gate is a sub-DAG with a condition, and holds what follows from it', () => {
  const { spec } = compiled();
  const tasks = spec.root.dag?.tasks ?? {};
  expect(Object.keys(tasks)).toEqual(['train', 'gate-1']);
  const value = (name: string) => `inputs.parameter_values['train--quality-${name}']`;
  expect(tasks['gate-1']).toMatchObject({
    dependentTasks: ['train'],
    triggerPolicy: { condition: `${value('auc')} >= 0.7 && ${value('log_2e_loss')} < 1.0` },
  });
  const { register, notify } = spec.components['comp-gate-1']?.dag?.tasks ?? {};
  expect(register).toEqual({
    taskInfo: { name: 'register' },
    componentRef: { name: 'comp-register' },
    inputs: {
      artifacts: {
        'train--model': { componentInputArtifact: 'train--model' },
        'train--quality': { componentInputArtifact: 'train--quality' },
      },
      parameters: { when: { runtimeValue: { constant: 'train.auc >= 0.7 and train.log.loss < 1' } } },
    },
    cachingOptions: { enableCache: false },
  });
  expect(notify).toMatchObject({
    dependentTasks: ['register'],
    inputs: { parameters: { after: { runtimeValue: { constant: 'train, register' } } } },
    cachingOptions: { enableCache: true },
  });
});

test('a step without outputs leaves all that it has in one place, its run record with it', () => {
  const { spec } = compiled();
  const place = "{{$.outputs.artifacts['step-artifacts'].path}}";
  const { args = [] } = spec.deploymentSpec.executors['exec-notify']?.container ?? {};
  expect(args.slice(4)).toEqual(['--output', `notify=${place}`, '--record', place]);
});

test('resources, retries, nodes, labels and timeouts are where Kubeflow reads them', () => {
  const accelerator = { type: 'nvidia-t4', count: 2 };
  const asked = { resources: { cpu: 0.5, memory: '16Gi', accelerator }, spot: true, timeout: '2h' };
  const { spec, platform } = compiled(sales(asked, { labels: { team: 'growth' } }));
  expect(spec.deploymentSpec.executors['exec-train']?.container.resources).toEqual({
    cpuLimit: 0.5,
    resourceCpuLimit: '0.5',
    memoryLimit: 17.179869184,
    resourceMemoryLimit: '16Gi',
    accelerator: { type: 'nvidia.com/gpu', count: '2', resourceType: 'nvidia.com/gpu', resourceCount: '2' },
  });
  expect(spec.root.dag?.tasks.train?.retryPolicy).toEqual({
    maxRetryCount: 2,
    backoffDuration: '60s',
    backoffFactor: 1.5,
    backoffMaxDuration: '604800s',
  });
  const podMetadata = { labels: { team: 'growth' } };
  expect(platform).toMatchObject({
    platforms: {
      kubernetes: {
        deploymentSpec: {
          executors: {
            'exec-train': {
              nodeSelector: { labels: { capacity: 'spot', gpu: 't4' } },
              tolerations: [{ key: 'spot', operator: 'Exists' }],
              podMetadata,
              activeDeadlineSeconds: '7200',
            },
            'exec-register': { podMetadata },
          },
        },
      },
    },
  });
});

test('a schedule is a recurring run that never runs beside itself, its cron with seconds', () => {
  const settings = { ...KUBEFLOW, root: 's3://lake/runs', serviceAccount: 'steps', experiment: 'e-1' };
  const document = sales({ spot: true }, { schedule: SCHEDULE, description: 'Weekly' });
  const files = compile(kubeflow, document, settings);
  const { spec, platform } = readSpec(files);
  expect(JSON.parse(files.get('recurring-run.json') ?? '')).toEqual({
    display_name: 'sales',
    description: 'Weekly',
    pipeline_spec: { pipeline_spec: spec, platform_spec: platform },
    runtime_config: { parameters: {}, pipeline_root: 's3://lake/runs' },
    service_account: 'steps',
    experiment_id: 'e-1',
    trigger: { cron_schedule: { cron: '0 0 4 * * 1' } },
    max_concurrency: '1',
    no_catchup: true,
    mode: 'ENABLE',
  });
  expect(spec.defaultPipelineRoot).toBe('s3://lake/runs');
});

const step = sales().steps[0];
const renamed = { steps: [step, { ...step, name: 'train-driver' }] };

const REFUSED: [Parameters<typeof sales>, Partial<KubeflowSettings>, string][] = [
  [[{ spot: true }], { spot: undefined } as object, "step 'train' asks for spot"],
  [
    [{ resources: { accelerator: { type: 'tpu', count: 1 } } }],
    {},
    "step 'train' asks for accelerator tpu, and the settings of Kubeflow don't say which nodes have it",
  ],
  [[{ resources: { disk: '20Gi' } }], {}, "step 'train' asks for disk: a container has what its node's disk has"],
  [[{}, { description: 'x'.repeat(1025) }], {}, "description is 1025 characters; a pipeline's has 1024 at most"],
  [
    [{}, renamed],
    {},
    "step 'train-driver': name is train-driver; Kubeflow Pipelines calls its own task before 'train' so",
  ],
  [[{}, { labels: { 'a b': 'c' } }], {}, "labels is a b; a Pod's label is called by 1 to 63 letters"],
  [[{}, { labels: { 'a/b/c': 'd' } }], {}, "labels is a/b/c; a Pod's label is called by"],
  [[{}, { labels: { team: 'growth-' } }], {}, "labels.team is growth-; a Pod's label has up to 63 letters"],
  [
    [{}, { schedule: SCHEDULE }],
    { timezone: 'UTC' },
    'schedule.timezone is Europe/Berlin; Kubeflow Pipelines reads every schedule in the one zone of its installation, which is UTC',
  ],
];

test.each(REFUSED.map(([args, settings, message]) => ({ message, args, settings })))('refused: $message', (one) => {
  const { args, settings, message } = one;
  expect(() => compiled(sales(...args), { ...KUBEFLOW, ...settings })).toThrow(message);
});

test('a label may have a domain, and no value', () => {
  expect(() => compiled(sales({}, { labels: { 'acme.com/team': 'a.b_c', empty: '' } }))).not.toThrow();
});

test('an image whose name says nothing of its build is refused: results are used again by that name', () => {
  const problem = (typescript: string) =>
    kubeflowSettings.safeParse({ images: { typescript, python: 'a:1' } }).error?.issues[0]?.message;
  expect(problem('registry:5000/acme/steps')).toContain('needs a tag or a digest');
  expect(problem('acme/steps:latest')).toContain('is :latest');
  expect(problem('registry:5000/acme/steps:v1.2')).toBeUndefined();
  expect(problem(`acme/steps@sha256:${'0'.repeat(64)}`)).toBeUndefined();
});
