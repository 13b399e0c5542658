import * as iam from '@pulumi/aws/iam/index.js';
import type * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeRole, trustService } from '../../iam/service-role.ts';

export interface ClusterRoleArgs {
  readonly context: StackContext & { readonly permissionsBoundary?: string };
  readonly autoMode: boolean;
}

interface Child {
  readonly parent: pulumi.Resource;
}

/** https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html */
const FOR_AUTO_MODE = ['ComputePolicy', 'BlockStoragePolicy', 'LoadBalancingPolicy', 'NetworkingPolicy'];

/** What the control plane does in the account, by AWS's own policies: they follow what it needs. */
export function controlPlaneRole(name: string, { context, autoMode }: ClusterRoleArgs, child: Child) {
  const trust = trustService('eks.amazonaws.com', context.account);
  const policies = ['AmazonEKSClusterPolicy', ...(autoMode ? FOR_AUTO_MODE.map((of) => `AmazonEKS${of}`) : [])];
  const role = makeRole(
    name,
    { context, trust: { ...trust, Action: ['sts:AssumeRole', 'sts:TagSession'] } },
    child.parent,
  );
  return { role, attached: policies.map((policy) => attach(name, policy, role.name, child)) };
}

/** What a machine does: joins the cluster, pulls images; pods have roles of their own. */
export function nodeRole(name: string, { context, autoMode }: ClusterRoleArgs, child: Child) {
  const role = makeRole(name, { context, trust: trustService('ec2.amazonaws.com', context.account) }, child.parent);
  const joining = autoMode
    ? ['AmazonEKSWorkerNodeMinimalPolicy']
    : ['AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy'];
  const policies = [...joining, 'AmazonEC2ContainerRegistryPullOnly'];
  return { role, attached: policies.map((policy) => attach(name, policy, role.name, child)) };
}

function attach(name: string, policy: string, role: pulumi.Input<string>, child: Child): iam.RolePolicyAttachment {
  const policyArn = `arn:aws:iam::aws:policy/${policy}`;
  return new iam.RolePolicyAttachment(`${name}-${policy}`, { role, policyArn }, child);
}
