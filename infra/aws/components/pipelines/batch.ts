import * as batch from '@pulumi/aws/batch/index.js';
import * as pulumi from '@pulumi/pulumi';
import { CONTAINER, type StepCompute } from './step-compute.ts';

/** AWS Batch on Fargate: a queue, one for spot, and a job definition per image. */
export function makeBatch(name: string, compute: StepCompute, options: pulumi.CustomResourceOptions) {
  const { maxVcpus, spotFallback, subnetIds, securityGroupId, images } = compute;
  const environment = (suffix: string, type: 'FARGATE' | 'FARGATE_SPOT') =>
    new batch.ComputeEnvironment(
      `${name}-${suffix}`,
      {
        type: 'MANAGED',
        computeResources: { type, maxVcpus, subnets: [...subnetIds], securityGroupIds: [securityGroupId] },
      },
      options,
    );
  const queue = (suffix: string, environments: readonly batch.ComputeEnvironment[]) => {
    const computeEnvironmentOrders = environments.map(({ arn }, index) => ({
      computeEnvironment: arn,
      order: index + 1,
    }));
    return new batch.JobQueue(
      `${name}-${suffix}`,
      { state: 'ENABLED', priority: 1, computeEnvironmentOrders },
      options,
    );
  };
  const onDemand = environment('machines', 'FARGATE');
  const spot = environment('spot-machines', 'FARGATE_SPOT');
  const definitions = Object.entries(images).map(([language, image]) => {
    const containerProperties = pulumi.jsonStringify(container(compute, image));
    const args = { type: 'container', platformCapabilities: ['FARGATE'], propagateTags: true, containerProperties };
    return [`batch.jobDefinitions.${language}`, new batch.JobDefinition(`${name}-${language}`, args, options).arn];
  });
  return {
    'batch.queue': queue('queue', [onDemand]).arn,
    'batch.spotQueue': queue('spot-queue', spotFallback ? [spot, onDemand] : [spot]).arn,
    ...(Object.fromEntries(definitions) as Readonly<Record<string, pulumi.Output<string>>>),
  };
}

/** A step's own command, size and time limit come with its job. */
function container({ roleArn, logGroupName, region, size }: StepCompute, image: pulumi.Input<string>) {
  return {
    image,
    command: ['run-step', '--help'],
    jobRoleArn: roleArn,
    executionRoleArn: roleArn,
    resourceRequirements: [
      { type: 'VCPU', value: String(size.vcpus) },
      { type: 'MEMORY', value: String(size.mebibytes) },
    ],
    networkConfiguration: { assignPublicIp: 'DISABLED' },
    logConfiguration: {
      logDriver: 'awslogs',
      options: { 'awslogs-group': logGroupName, 'awslogs-region': region, 'awslogs-stream-prefix': CONTAINER },
    },
  };
}
