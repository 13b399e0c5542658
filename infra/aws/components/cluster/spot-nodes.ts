import * as eks from '@pulumi/aws/eks/index.js';
import type * as pulumi from '@pulumi/pulumi';
import { type ClusterRoleArgs, nodeRole } from './cluster-roles.ts';

export interface SpotNodesArgs extends ClusterRoleArgs {
  readonly clusterName: pulumi.Output<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly spotInstanceTypes: readonly string[];
  readonly spotMaxNodes: number;
}

/** Auto mode has these in its own machines; those of a group need them as add-ons, networking before the machines. */
const ADDONS = { before: ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent'], after: ['coredns'] };

/** Machines that AWS takes back when it needs them, at a third of the price: only what says it bears that runs there. */
export function addSpotNodes(name: string, args: SpotNodesArgs, child: { readonly parent: pulumi.Resource }): void {
  const { clusterName, autoMode, subnetIds, spotInstanceTypes, spotMaxNodes } = args;
  const addon = (addonName: string, dependsOn: pulumi.Resource[]) => {
    return new eks.Addon(`${name}-${addonName}`, { clusterName, addonName }, { ...child, dependsOn });
  };
  const before = ADDONS.before.map((addonName) => addon(addonName, []));
  const { role, attached } = nodeRole(name, { ...args, autoMode: false }, child);
  const nodes = new eks.NodeGroup(
    name,
    {
      clusterName,
      nodeRoleArn: role.arn,
      subnetIds: [...subnetIds],
      capacityType: 'SPOT',
      instanceTypes: [...spotInstanceTypes],
      scalingConfig: { minSize: 0, desiredSize: 0, maxSize: spotMaxNodes },
      updateConfig: { maxUnavailable: 1 },
      labels: { capacity: 'spot' },
      taints: [{ key: 'capacity', value: 'spot', effect: 'NO_SCHEDULE' }],
    },
    // An autoscaler in the cluster sets how many there are.
    { ...child, dependsOn: [...before, ...attached], ignoreChanges: ['scalingConfig.desiredSize'] },
  );
  if (!autoMode) for (const addonName of ADDONS.after) addon(addonName, [nodes]);
}
