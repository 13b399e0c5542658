import { expect, test } from 'vitest';
import { compile } from '../target.ts';
import { readSpec } from './testing/read-spec.ts';
import { sales } from './testing/sales.ts';
import { VERTEX } from './testing/settings.ts';
import { vertex } from './vertex.ts';

const compiled = (document = sales(), settings = VERTEX) => readSpec(compile(vertex, document, settings));
const containerOf = (document: ReturnType<typeof sales>, settings = VERTEX) =>
  compiled(document, settings).spec.deploymentSpec.executors['exec-train']?.container;

test('a step is a container; Vertex AI chooses the machine by its limits', () => {
  const resources = { cpu: 8, memory: '32Gi', accelerator: { type: 'nvidia-l4', count: 1 } };
  expect(containerOf(sales({ resources }))).toMatchObject({
    image: 'acme/steps-python:1',
    command: ['run-step'],
    resources: { resourceCpuLimit: '8', accelerator: { resourceType: 'NVIDIA_L4', resourceCount: '1' } },
  });
});

test('a step that asks for spot, disk or a timeout is a custom job', () => {
  const accelerator = { type: 'nvidia-t4', count: 1 };
  const resources = { cpu: 4, memory: '16Gi', disk: '250Gi', accelerator };
  const settings = {
    ...VERTEX,
    serviceAccount: 'steps@acme',
    network: 'projects/1/global/networks/n',
    encryptionKey: 'k',
  };
  const document = sales({ resources, spot: true, timeout: '2h' }, { labels: { team: 'growth' } });
  const { spec } = compiled(document, settings);
  const { command, args = [] } = spec.deploymentSpec.executors['exec-train']?.container ?? {};
  expect(command?.at(-1)).toBe('google_cloud_pipeline_components.container.v1.custom_job.launcher');
  expect(args.slice(4)).toEqual([
    ...['--project', 'acme', '--location', 'europe-west4'],
    ...['--gcp_resources', "{{$.outputs.parameters['gcp_resources'].output_file}}"],
  ]);
  const {
    job_spec: { worker_pool_specs: pools, ...job },
    ...rest
  } = JSON.parse(args[3] ?? '');
  expect(rest).toEqual({
    display_name: 'sales-train',
    labels: { team: 'growth' },
    encryption_spec: { kms_key_name: 'k' },
  });
  expect(job).toEqual({
    scheduling: { strategy: 'SPOT', timeout: '7200s' },
    service_account: 'steps@acme',
    network: 'projects/1/global/networks/n',
  });
  expect(pools).toEqual([
    {
      machine_spec: { machine_type: 'n1-highmem-4', accelerator_type: 'NVIDIA_TESLA_T4', accelerator_count: 1 },
      replica_count: 1,
      disk_spec: { boot_disk_type: 'pd-ssd', boot_disk_size_gb: 250 },
      container_spec: { image_uri: 'acme/steps-python:1', command: ['run-step'], args: expect.any(Array) },
    },
  ]);
  expect(pools[0].container_spec.args).toContain("{{$.inputs.parameters['params'].json_escape[0]}}");
  expect(spec.components['comp-train']?.outputDefinitions?.parameters).toMatchObject({
    gcp_resources: { parameterType: 'STRING' },
    'quality-auc': { parameterType: 'NUMBER_DOUBLE' },
  });
});

test.each<[object, string]>([
  [{}, 'e2-standard-4'],
  [{ cpu: 1 }, 'e2-highmem-2'],
  [{ memory: '17Gi' }, 'e2-highmem-4'],
  [{ cpu: 33, memory: '16Gi' }, 'n1-standard-64'],
  [{ memory: '624Gi' }, 'n1-highmem-96'],
  [{ cpu: 32, accelerator: { type: 'nvidia-t4', count: 2 } }, 'n1-standard-32'],
  [{ accelerator: { type: 'nvidia-v100', count: 8 } }, 'n1-standard-4'],
  [{ accelerator: { type: 'nvidia-l4', count: 4 } }, 'g2-standard-48'],
  [{ accelerator: { type: 'nvidia-a100-40gb', count: 16 } }, 'a2-megagpu-16g'],
  [{ accelerator: { type: 'nvidia-a100-80gb', count: 2 } }, 'a2-ultragpu-2g'],
  [{ accelerator: { type: 'nvidia-h100-80gb', count: 8 } }, 'a3-highgpu-8g'],
])('a custom job that asks for %j runs on %s', (resources, machine) => {
  expect(containerOf(sales({ resources, spot: true }))?.args[3]).toContain(`"machine_type":"${machine}"`);
});

test('a run and a schedule are requests with the pipeline in them', () => {
  const settings = { ...VERTEX, serviceAccount: 'steps@acme', network: 'n', encryptionKey: 'k' };
  const more = { labels: { team: 'growth' }, schedule: { cron: '0 4 * * *', timezone: 'Europe/Berlin' } };
  const files = compile(vertex, sales({}, more), settings);
  const job = JSON.parse(files.get('pipeline-job.json') ?? '');
  expect(job).toEqual({
    displayName: 'sales',
    labels: { team: 'growth' },
    runtimeConfig: { gcsOutputDirectory: 'gs://lake/runs', parameterValues: { params: {} } },
    serviceAccount: 'steps@acme',
    network: 'n',
    encryptionSpec: { kmsKeyName: 'k' },
    pipelineSpec: readSpec(files).spec,
  });
  expect(JSON.parse(files.get('schedule.json') ?? '')).toEqual({
    displayName: 'sales',
    cron: 'TZ=Europe/Berlin 0 4 * * *',
    maxConcurrentRunCount: '1',
    maxConcurrentActiveRunCount: '1',
    createPipelineJobRequest: { parent: 'projects/acme/locations/europe-west4', pipelineJob: job },
  });
});

const accelerator = (type: string, count: number, more: object = {}) => [
  { resources: { accelerator: { type, count }, ...more } },
];
const labels = (value: object) => [{}, { labels: value }];

const REFUSED: [object[], string][] = [
  [
    accelerator('nvidia-a10g', 1),
    "step 'train': resources.accelerator.type is nvidia-a10g; Vertex AI has nvidia-t4, nvidia-v100, nvidia-l4, nvidia-a100-40gb, nvidia-a100-80gb, nvidia-h100-80gb (source:",
  ],
  [accelerator('nvidia-t4', 3), 'resources.accelerator.count is 3; Vertex AI has machines with 1, 2, 4 of nvidia-t4'],
  [
    accelerator('nvidia-l4', 1, { memory: '200Gi', disk: '100Gi' }),
    'resources is 200Gi; the largest machine with 1 nvidia-l4 has 32 CPUs and 128Gi',
  ],
  [
    [{ resources: { cpu: 97 }, spot: true }],
    'resources is 97 CPUs; the largest machine has 96 CPUs and 624Gi (source: Google Cloud documentation',
  ],
  [[{ resources: { cpu: 97 } }], 'resources.cpu is 97; a task has 96 CPUs at most'],
  [[{ resources: { memory: '1Ti' } }], 'resources.memory is 1Ti; a task has 624Gi at most'],
  [[{}, { description: 'x'.repeat(1025) }], "description is 1025 characters; a pipeline's has 1024 at most"],
  [labels({ Team: 'a' }), 'labels is Team; a key has 1 to 63 lowercase letters'],
  [labels({ team: 'A' }), 'labels.team is A; a value has up to 63 lowercase letters'],
  [labels({ 'vertex-ai-pipelines-run-billing-id': 'a' }), 'Vertex AI sets that one itself'],
  [
    labels(Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`l${index}`, '']))),
    'labels is 65 of them; a run has 64 at most',
  ],
];

test.each(REFUSED.map(([args, message]) => ({ message, args })))('refused: $message', ({ args, message }) => {
  expect(() => compiled(sales(...args))).toThrow(message);
});
