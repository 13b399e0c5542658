import type { SettingsOf } from '@ml-platform/conventions';
import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as eks from '@pulumi/aws/eks/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { controlPlaneRole, nodeRole } from './cluster-roles.ts';
import type { clusterConfig } from './config.ts';
import { addSpotNodes } from './spot-nodes.ts';

export interface ClusterArgs extends SettingsOf<typeof clusterConfig> {
  readonly context: StackContext & { readonly permissionsBoundary?: string };
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** The stack's roles that pods may take on: their trust lets `pods.eks.amazonaws.com` in. */
  readonly roleArns: Readonly<Record<'training' | 'serving' | 'pipelineRunner', pulumi.Input<string>>>;
  readonly secretsKeyArn: pulumi.Input<string>;
  readonly logsKeyArn: pulumi.Input<string>;
}

/** All that the control plane logs: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html */
const LOGS = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/** A cluster whose API only the network reaches, and whose rights are given by IAM alone. */
export class Cluster extends pulumi.ComponentResource {
  readonly clusterName: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  /** Of its machines, for what they connect to. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: ClusterArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:compute:Cluster', name, {}, options);
    const child = { parent: this };
    const cluster = this.#makeCluster(name, args);
    if (args.spotNodes) addSpotNodes(`${name}-spot`, { ...args, clusterName: cluster.name }, child);
    this.#letPeopleIn(name, args, cluster.name);
    for (const { namespace, serviceAccount, role } of args.pods) {
      new eks.PodIdentityAssociation(
        `${name}-${namespace}-${serviceAccount}`,
        { clusterName: cluster.name, namespace, serviceAccount, roleArn: args.roleArns[role] },
        child,
      );
    }
    this.clusterName = cluster.name;
    this.endpoint = cluster.endpoint;
    this.securityGroupId = cluster.vpcConfig.clusterSecurityGroupId;
    this.registerOutputs({ clusterName: cluster.name, endpoint: cluster.endpoint });
  }

  /** Named, since AWS names its log group after it. Auto mode is on in all three of its parts, or in none. */
  #makeCluster(name: string, args: ClusterArgs): eks.Cluster {
    const { context, autoMode, version } = args;
    const child = { parent: this };
    const logs = new cloudwatch.LogGroup(
      name,
      { name: `/aws/eks/${name}/cluster`, retentionInDays: args.logDays, kmsKeyId: args.logsKeyArn },
      child,
    );
    const { role, attached } = controlPlaneRole(`${name}-control`, args, child);
    const nodes = autoMode ? nodeRole(`${name}-node`, args, child) : undefined;
    const compute = nodes ? { nodePools: ['general-purpose', 'system'], nodeRoleArn: nodes.role.arn } : {};
    return new eks.Cluster(
      name,
      {
        name,
        version,
        roleArn: role.arn,
        upgradePolicy: { supportType: 'STANDARD' },
        accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
        bootstrapSelfManagedAddons: false,
        computeConfig: { enabled: autoMode, ...compute },
        kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: autoMode } },
        storageConfig: { blockStorage: { enabled: autoMode } },
        vpcConfig: { subnetIds: [...args.subnetIds], endpointPrivateAccess: true, endpointPublicAccess: false },
        encryptionConfig: { provider: { keyArn: args.secretsKeyArn }, resources: ['secrets'] },
        enabledClusterLogTypes: LOGS,
        deletionProtection: context.isProtected,
      },
      { ...child, protect: context.isProtected, dependsOn: [logs, ...attached, ...(nodes?.attached ?? [])] },
    );
  }

  #letPeopleIn(name: string, { admins, viewers }: ClusterArgs, clusterName: pulumi.Output<string>): void {
    const people = [
      ...admins.map((principalArn) => ({ principalArn, policy: 'AmazonEKSClusterAdminPolicy' })),
      ...viewers.map((principalArn) => ({ principalArn, policy: 'AmazonEKSViewPolicy' })),
    ];
    for (const { principalArn, policy } of people) {
      const part = `${name}-${principalArn.split('/').at(-1)}`;
      const entry = new eks.AccessEntry(part, { clusterName, principalArn }, { parent: this });
      const policyArn = `arn:aws:eks::aws:cluster-access-policy/${policy}`;
      const access = { clusterName, principalArn, policyArn, accessScope: { type: 'cluster' } };
      new eks.AccessPolicyAssociation(part, access, { parent: this, dependsOn: [entry] });
    }
  }
}
