import { allow, type Statement } from '../../components/access/statements.ts';
import { arnsIn, type DeployerPlace, verbs } from './place.ts';

/** Containers of ECS, AWS Batch and Kubernetes. */
export function containerStatements(place: DeployerPlace): Statement[] {
  const { named, each } = arnsIn(place);
  return [
    allow(
      'Containers',
      ['ecs:*Cluster*', 'ecs:*Service*', 'ecs:RegisterTaskDefinition', 'ecs:*agResource', 'ecs:ListTagsForResource'],
      [...named('ecs', 'cluster/', 'task-definition/'), ...each('ecs', (prefix) => `service/${prefix}-*/*`)],
    ),
    // AWS can't limit it to a resource.
    allow('OldTaskDefinitions', ['ecs:DeregisterTaskDefinition'], ['*']),
    allow(
      'Batch',
      verbs('batch', 'ComputeEnvironment', 'JobQueue', 'JobDefinition', 'agResource', 'TagsForResource'),
      named('batch', 'compute-environment/', 'job-queue/', 'job-definition/'),
    ),
    allow(
      'Clusters',
      verbs('eks', 'Cluster', 'Addon', 'Nodegroup', 'AccessEntr', 'AccessPolic', 'PodIdentity', 'agResource'),
      named('eks', 'cluster/', 'addon/', 'nodegroup/', 'access-entry/', 'podidentityassociation/'),
    ),
  ];
}
