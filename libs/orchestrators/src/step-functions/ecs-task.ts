import { tagsOf } from '../aws/tags.ts';
import { FARGATE_SIZES_LIMIT, fargateSize } from './fargate-size.ts';
import { checkDisk, checkRules, commandOf, type Job, mebibytes, notInSettings, type Task } from './job.ts';
import type { SectionOf } from './settings.ts';

export const ECS_TASK = 'arn:aws:states:::ecs:runTask.sync';

type EcsSettings = SectionOf<'ecs'>;
type Ec2Settings = Extract<EcsSettings, { launch: 'ec2' }>;

/** What a task on Fargate has in any case, in gibibytes. */
const FARGATE_DISK = 20;
/** Amazon ECS API reference, EphemeralStorage. */
const LARGEST_FARGATE_DISK = 200;
/** Amazon ECS API reference, ContainerDefinition. */
const CPU_UNITS = { least: 2, most: 262_144 } as const;
const MEMORY_MEBIBYTES = 6;

/**
 * A task of Amazon ECS.
 *
 * @throws PlatformError `config` for what ECS wouldn't take, and for what the settings don't give.
 */
export function ecsTask(job: Job, ecs: EcsSettings): Task {
  const { document, step } = job;
  const tags = tagsOf(document);
  return {
    Resource: ECS_TASK,
    Parameters: {
      Cluster: ecs.cluster,
      TaskDefinition: ecs.taskDefinitions[step.runner.language],
      ...(ecs.launch === 'fargate' ? onFargate(job, ecs.container) : onEc2(job, ecs)),
      ...networkOf(ecs),
      ...(tags.length > 0 && { Tags: tags }),
    },
  };
}

function networkOf({ network }: EcsSettings) {
  if (network === undefined) return {};
  const { subnets, securityGroups, publicIp = false } = network;
  const AssignPublicIp = publicIp ? 'ENABLED' : 'DISABLED';
  return {
    NetworkConfiguration: {
      AwsvpcConfiguration: { Subnets: subnets, SecurityGroups: securityGroups, AssignPublicIp },
    },
  };
}

/** A task's own size, which its containers share; disk beyond what each has. */
function onFargate(job: Job, container: string) {
  checkFargate(job);
  const { spot, resources: { cpu, memory, disk } = {} } = job.step;
  const size = cpu === undefined && memory === undefined ? undefined : fargateSize(cpu, memory);
  const gibibytes = Math.ceil(mebibytes(disk ?? '') / 1024);
  return {
    ...(spot ? byProvider('FARGATE_SPOT') : { LaunchType: 'FARGATE' }),
    Overrides: {
      ContainerOverrides: [{ Name: container, 'Command.$': commandOf(job) }],
      ...(size && { Cpu: String(size.cpu), Memory: String(size.memory) }),
      ...(gibibytes > FARGATE_DISK && { EphemeralStorage: { SizeInGiB: gibibytes } }),
    },
  };
}

/** A container's part of a machine. */
function onEc2(job: Job, ecs: Ec2Settings) {
  checkEc2(job);
  checkDisk(job, 'ecs.disk', ecs.disk);
  const { cpu, memory, accelerator } = job.step.resources ?? {};
  const override = {
    Name: ecs.container,
    'Command.$': commandOf(job),
    ...(cpu !== undefined && { Cpu: Math.round(cpu * 1024) }),
    ...(memory !== undefined && { Memory: mebibytes(memory) }),
    ...(accelerator && { ResourceRequirements: [{ Type: 'GPU', Value: String(accelerator.count) }] }),
  };
  const provider = providerOf(job, ecs);
  return {
    ...(provider === undefined ? { LaunchType: 'EC2' } : byProvider(provider)),
    Overrides: { ContainerOverrides: [override] },
  };
}

function byProvider(name: string) {
  return { CapacityProviderStrategy: [{ CapacityProvider: name, Weight: 1 }] };
}

/** `undefined`: any machine of the cluster. */
function providerOf(job: Job, ecs: Ec2Settings): string | undefined {
  const { spot, resources } = job.step;
  const type = resources?.accelerator?.type;
  const providers = type === undefined ? ecs : ecs.accelerators?.[type];
  const field = type === undefined ? 'ecs' : `ecs.accelerators['${type}']`;
  if (providers === undefined) throw notInSettings(job, `resources.accelerator ${type}`, field);
  if (!spot) return providers.capacityProvider;
  if (providers.spotCapacityProvider !== undefined) return providers.spotCapacityProvider;
  throw notInSettings(job, 'spot', `${field}.spotCapacityProvider`);
}

function checkFargate(job: Job): void {
  const { cpu, memory, disk, accelerator } = job.step.resources ?? {};
  const asked = Object.entries({ cpu, memory }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const values = Object.entries({ cpu, memory }).flatMap(([, value]) => (value === undefined ? [] : [value]));
  checkRules(job, [
    {
      field: asked.map((name) => `resources.${name}`).join(' and '),
      value: values.join(' and '),
      holds: fargateSize(cpu, memory) !== undefined,
      limit: FARGATE_SIZES_LIMIT,
      source: 'Amazon ECS developer guide, "Task size"',
    },
    {
      field: 'resources.disk',
      value: disk,
      holds: mebibytes(disk ?? '') <= LARGEST_FARGATE_DISK * 1024,
      limit: `a task on Fargate has at most ${LARGEST_FARGATE_DISK}Gi`,
      source: 'Amazon ECS API reference, EphemeralStorage',
    },
    {
      field: 'resources.accelerator.type',
      value: accelerator?.type,
      holds: false,
      limit: 'a task on Fargate has none',
      source: 'Amazon ECS developer guide, "Task definition differences for Fargate"',
    },
  ]);
}

function checkEc2(job: Job): void {
  const { cpu, memory } = job.step.resources ?? {};
  const units = Math.round((cpu ?? 0) * 1024);
  const source = 'Amazon ECS API reference, ContainerDefinition';
  checkRules(job, [
    {
      field: 'resources.cpu',
      value: cpu,
      holds: units >= CPU_UNITS.least && units <= CPU_UNITS.most,
      limit: `ECS takes ${CPU_UNITS.least}/1024 to ${CPU_UNITS.most / 1024}`,
      source,
    },
    {
      field: 'resources.memory',
      value: memory,
      holds: mebibytes(memory ?? '') >= MEMORY_MEBIBYTES,
      limit: `ECS takes at least ${MEMORY_MEBIBYTES}Mi`,
      source,
    },
  ]);
}
