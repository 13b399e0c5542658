import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fargateSize } from './fargate-size.ts';
import { alone, stateOf, textOf } from './testing/compiled.ts';
import { ON_EC2, on } from './testing/settings.ts';

const FARGATE = on('ecs');
const command =
  "States.Array('run-step', '--pipeline', 'src/pipeline.ts', '--step', 'step-0', '--store', States.Format('s3://lake/runs/{}', $$.Execution.Name), '--params-json', $.params)";

test('on Fargate a task has the smallest size with what the step asks for, and disk beyond the 20 GiB that it has', () => {
  const resources = { cpu: 2, memory: '3Gi', disk: '100Gi' };
  expect(stateOf({ resources }, FARGATE, { labels: { team: 'delays' } })).toMatchObject({
    Resource: 'arn:aws:states:::ecs:runTask.sync',
    Parameters: {
      Cluster: 'steps',
      TaskDefinition: 'step-node',
      LaunchType: 'FARGATE',
      Overrides: {
        ContainerOverrides: [{ Name: 'step', 'Command.$': command }],
        Cpu: '2048',
        Memory: '4096',
        EphemeralStorage: { SizeInGiB: 100 },
      },
      NetworkConfiguration: {
        AwsvpcConfiguration: { Subnets: ['subnet-1'], SecurityGroups: ['sg-1'], AssignPublicIp: 'DISABLED' },
      },
      Tags: [{ Key: 'team', Value: 'delays' }],
    },
  });
  expect(JSON.stringify(stateOf({ resources: { disk: '20Gi' } }, FARGATE))).not.toMatch(/Ephemeral|"Cpu"|"Memory"/);
});

test('a spot step has machines that can be taken away', () => {
  const strategyOf = (name: string) => ({
    Parameters: { CapacityProviderStrategy: [{ CapacityProvider: name, Weight: 1 }] },
  });
  expect(stateOf({ spot: true }, FARGATE)).toMatchObject(strategyOf('FARGATE_SPOT'));
  expect(stateOf({ spot: true }, FARGATE)?.Parameters).not.toHaveProperty('LaunchType');
  expect(stateOf({ spot: true }, ON_EC2)).toMatchObject(strategyOf('spot-machines'));
  const resources = { accelerator: { type: 'nvidia-t4', count: 1 } };
  expect(stateOf({ resources }, ON_EC2)).toMatchObject(strategyOf('gpu'));
  expect(stateOf({ spot: true, resources }, ON_EC2)).toMatchObject(strategyOf('spot-gpu'));
});

test('on EC2 a container has its part of a machine', () => {
  const resources = { cpu: 1.5, memory: '3Gi', disk: '100Gi', accelerator: { type: 'nvidia-t4', count: 2 } };
  const override = {
    Name: 'step',
    'Command.$': command,
    Cpu: 1536,
    Memory: 3072,
    ResourceRequirements: [{ Type: 'GPU', Value: '2' }],
  };
  expect(stateOf({ resources }, ON_EC2)).toMatchObject({
    Parameters: { Overrides: { ContainerOverrides: [override] } },
  });
  const { ecs } = ON_EC2;
  if (ecs?.launch !== 'ec2') throw new Error('the settings are of EC2');
  const { capacityProvider: _, spotCapacityProvider: __, ...any } = ecs;
  expect(stateOf({}, { ...ON_EC2, ecs: any })).toMatchObject({ Parameters: { LaunchType: 'EC2' } });
  expect(() => textOf(alone({ spot: true }), { ...ON_EC2, ecs: any })).toThrow(
    "step 'step-0' asks for spot, and the settings have no ecs.spotCapacityProvider",
  );
});

test.each<[Parameters<typeof alone>[0], string]>([
  [
    { resources: { cpu: 16, memory: '121Gi' } },
    'resources.cpu and resources.memory is 16 and 121Gi; Fargate takes up to 16 CPUs and 120Gi',
  ],
  [{ resources: { cpu: 17 } }, 'resources.cpu is 17; Fargate takes up to 16 CPUs and 120Gi'],
  [
    { resources: { disk: '201Gi' } },
    'resources.disk is 201Gi; a task on Fargate has at most 200Gi (source: Amazon ECS API reference, EphemeralStorage)',
  ],
  [
    { resources: { accelerator: { type: 'nvidia-t4', count: 1 } } },
    'resources.accelerator.type is nvidia-t4; a task on Fargate has none (source: Amazon ECS developer guide',
  ],
])('%j is refused on Fargate', (fields, message) => {
  expect(() => textOf(alone(fields), FARGATE)).toThrow(`step 'step-0': ${message}`);
});

test.each<[Parameters<typeof alone>[0], string]>([
  [
    { resources: { memory: '5Mi' } },
    "step 'step-0': resources.memory is 5Mi; ECS takes at least 6Mi (source: Amazon ECS API reference, ContainerDefinition)",
  ],
  [{ resources: { cpu: 257 } }, "step 'step-0': resources.cpu is 257; ECS takes 2/1024 to 256 (source: Amazon ECS"],
  [
    { resources: { accelerator: { type: 'tpu', count: 1 } } },
    "step 'step-0' asks for resources.accelerator tpu, and the settings have no ecs.accelerators['tpu']",
  ],
  [{ resources: { disk: '101Gi' } }, 'and the settings have no ecs.disk of that size, but 100Gi'],
])('%j is refused on EC2', (fields, message) => {
  expect(() => textOf(alone(fields), ON_EC2)).toThrow(message);
});

test('a size of Fargate has what is asked, is one of its table, and less CPUs would not do', () => {
  const TABLE: Readonly<Record<number, readonly number[]>> = {
    256: [512, 1024, 2048],
    512: range(1, 4, 1),
    1024: range(2, 8, 1),
    2048: range(4, 16, 1),
    4096: range(8, 30, 1),
    8192: range(16, 60, 4),
    16384: range(32, 120, 8),
  };
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 17 }), fc.integer({ min: 1, max: 125_000 }), (cpu, memory) => {
      const size = fargateSize(cpu, `${memory}Mi`);
      const fitting = Object.entries(TABLE).flatMap(([units, sizes]) =>
        Number(units) < cpu * 1024 ? [] : sizes.filter((of) => of >= memory).map((of) => [Number(units), of] as const),
      );
      expect(size && [size.cpu, size.memory]).toEqual(fitting[0]);
    }),
    { numRuns: 1000 },
  );
});

function range(from: number, to: number, by: number): number[] {
  return Array.from({ length: (to - from) / by + 1 }, (_, index) => (from + index * by) * 1024);
}
