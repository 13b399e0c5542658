import * as ecs from '@pulumi/aws/ecs/index.js';
import * as pulumi from '@pulumi/pulumi';
import { CONTAINER, type StepCompute } from './step-compute.ts';

/** ECS on Fargate: a cluster with spot machines beside others, and a task definition per image. */
export function makeEcs(name: string, compute: StepCompute, options: pulumi.CustomResourceOptions) {
  const cluster = new ecs.Cluster(name, { settings: [{ name: 'containerInsights', value: 'enabled' }] }, options);
  const capacityProviders = ['FARGATE', 'FARGATE_SPOT'];
  new ecs.ClusterCapacityProviders(name, { clusterName: cluster.name, capacityProviders }, options);
  const definitions = Object.entries(compute.images).map(([language, image]) => {
    const definition = new ecs.TaskDefinition(
      `${name}-${language}`,
      {
        family: `${name}-${language}`,
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: String(compute.size.vcpus * 1024),
        memory: String(compute.size.mebibytes),
        taskRoleArn: compute.roleArn,
        executionRoleArn: compute.roleArn,
        containerDefinitions: pulumi.jsonStringify([container(compute, image)]),
      },
      options,
    );
    return [`ecs.taskDefinitions.${language}`, definition.arn];
  });
  return {
    'ecs.cluster': cluster.arn,
    ...(Object.fromEntries(definitions) as Readonly<Record<string, pulumi.Output<string>>>),
  };
}

function container({ logGroupName, region }: StepCompute, image: pulumi.Input<string>) {
  return {
    name: CONTAINER,
    image,
    essential: true,
    logConfiguration: {
      logDriver: 'awslogs',
      options: { 'awslogs-group': logGroupName, 'awslogs-region': region, 'awslogs-stream-prefix': CONTAINER },
    },
  };
}
