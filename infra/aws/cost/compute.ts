import { HOURS_PER_MONTH, type Pricer } from '@ml-platform/conventions/cost';
import { block, byUse, hourly, numberOf, scales } from './charges.ts';

/** CPU units and MB of a task; ARM machines are cheaper. */
function taskSize(inputs: Readonly<Record<string, unknown>>) {
  const isArm = block(inputs, 'runtimePlatform').cpuArchitecture === 'ARM64';
  return {
    cpu: numberOf(inputs.cpu, 256) / 1024,
    memory: numberOf(inputs.memory, 512) / 1024,
    key: isArm ? 'fargate.arm' : 'fargate',
  };
}

/** Tasks that always run: as many as autoscaling leaves at least. Spot machines would be cheaper: it is the most. */
const containerService: Pricer = (service, facts) => {
  const { inputs, urn } = service;
  const [task] = facts.behind(service, 'taskDefinition', 'aws:ecs/taskDefinition:TaskDefinition');
  const scaling = facts
    .all('aws:appautoscaling/target:Target')
    .find((target) => target.propertyDependencies.resourceId?.includes(urn));
  const count = numberOf(scaling?.inputs.minCapacity ?? inputs.desiredCount, 1);
  if (!task) return [{ what: 'tasks on Fargate: their size is not known', idle: undefined }];
  const { cpu, memory, key } = taskSize(task.inputs);
  const perTask = cpu * (facts.find(`${key}.cpu`) ?? 0) + memory * (facts.find(`${key}.memory`) ?? 0);
  const what = `tasks on Fargate, ${count} of ${cpu} CPU and ${memory} GB`;
  return [
    {
      what,
      idle: count * perTask * HOURS_PER_MONTH,
      scales: scales(facts, 'more tasks on Fargate', `${key}.cpu`, `${key}.memory`),
      commitment: 'compute',
    },
  ];
};

const lambdaFunction: Pricer = ({ inputs }, facts) => {
  const isArm = (inputs.architectures as string[] | undefined)?.includes('arm64');
  return [byUse(facts, 'functions', 'lambda.requests', isArm ? 'lambda.arm.time' : 'lambda.time')];
};

const warmFunction: Pricer = (config, facts) => {
  const { provisionedConcurrentExecutions } = config.inputs;
  const [behind] = facts.behind(config, 'functionName', 'aws:lambda/function:Function');
  const gigabytes = numberOf(behind?.inputs.memorySize, 128) / 1024;
  const seconds = 3600 * numberOf(provisionedConcurrentExecutions, 0) * gigabytes;
  return [{ ...hourly(facts, 'functions kept warm', 'lambda.warm', seconds), commitment: 'compute' }];
};

/** Machines come with jobs, unless some are always wanted. */
const batchMachines: Pricer = ({ inputs }, facts) => {
  const { minVcpus } = block(inputs, 'computeResources');
  const always = numberOf(minVcpus, 0);
  if (always > 0) return [{ what: 'machines of Batch that always run', idle: undefined }];
  return [byUse(facts, 'jobs of Batch on Fargate', 'fargate.cpu', 'fargate.memory')];
};

const kubernetes: Pricer = (_, facts) => [hourly(facts, 'Kubernetes', 'kubernetes')];

/** Spot prices change by the hour; a group that starts at none costs nothing idle. */
const nodeGroup: Pricer = ({ inputs }) => {
  const size = numberOf(block(inputs, 'scalingConfig').desiredSize, 0);
  const what = size === 0 ? 'machines of Kubernetes' : 'machines of Kubernetes that always run';
  return [
    { what, idle: size === 0 ? 0 : undefined, scales: ['machines of Kubernetes: the spot price of each, by the hour'] },
  ];
};

export const COMPUTE: Readonly<Record<string, Pricer>> = {
  'aws:batch/computeEnvironment:ComputeEnvironment': batchMachines,
  'aws:ecs/service:Service': containerService,
  'aws:eks/cluster:Cluster': kubernetes,
  'aws:eks/nodeGroup:NodeGroup': nodeGroup,
  'aws:lambda/function:Function': lambdaFunction,
  'aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig': warmFunction,
};
