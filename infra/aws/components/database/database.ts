import type { SettingsOf } from '@ml-platform/conventions';
import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as rds from '@pulumi/aws/rds/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { backupTags } from '../backup/backup-tag.ts';
import type { databaseConfig } from './config.ts';
import { DatabaseProxy } from './database-proxy.ts';
import { allowPort, closedGroup } from './private-port.ts';

export interface DatabaseArgs extends SettingsOf<typeof databaseConfig> {
  readonly context: StackContext & { readonly permissionsBoundary?: string };
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Of what may connect. */
  readonly workloadSecurityGroupId: pulumi.Input<string>;
  readonly databaseKeyArn: pulumi.Input<string>;
  readonly secretsKeyArn: pulumi.Input<string>;
  readonly logsKeyArn: pulumi.Input<string>;
}

const ENGINE = 'aurora-postgresql';
const PORT = 5432;
const INSIGHTS_DAYS = 7;

/** Aurora PostgreSQL that grows and shrinks with its load; the stack's own workloads reach it, and nobody else. */
export class Database extends pulumi.ComponentResource {
  /** Host that writes: the proxy's, where there is one. */
  readonly endpoint: pulumi.Output<string>;
  readonly readerEndpoint: pulumi.Output<string>;
  readonly port = PORT;
  readonly databaseName: string;
  readonly clusterIdentifier: pulumi.Output<string>;
  readonly clusterArn: pulumi.Output<string>;
  /** What `rds-db:connect` is to be allowed on: each of `iamUsers`, at the proxy where there is one. */
  readonly userArns: readonly pulumi.Output<string>[];
  /** The secret with the administrator's password, which AWS makes and rotates. */
  readonly masterSecretArn: pulumi.Output<string>;

  constructor(name: string, args: DatabaseArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:data:Database', name, {}, options);
    const { context, vpcId, iamUsers, workloadSecurityGroupId } = args;
    const child = { parent: this };
    const group = closedGroup(name, 'Database', vpcId, child);
    const cluster = this.#makeCluster(name, args, group.id);
    this.#makeInstances(name, args, cluster);
    const usersAt = (resourceId: pulumi.Output<string>) => {
      const arn = pulumi.interpolate`arn:aws:rds-db:${context.region}:${context.account}:dbuser:${resourceId}`;
      return iamUsers.map((user) => pulumi.interpolate`${arn}/${user}`);
    };
    const port = { of: 'PostgreSQL', port: PORT };

    if (args.proxy) {
      const proxyGroup = closedGroup(`${name}-proxy`, 'Connections to the database', vpcId, child);
      allowPort(`${name}-proxy`, { ...port, from: workloadSecurityGroupId, to: proxyGroup.id }, child);
      allowPort(name, { ...port, from: proxyGroup.id, to: group.id }, child);
      const proxy = new DatabaseProxy(
        `${name}-proxy`,
        {
          ...args,
          clusterIdentifier: cluster.id,
          clusterUserArns: usersAt(cluster.clusterResourceId),
          securityGroupId: proxyGroup.id,
        },
        child,
      );
      this.endpoint = proxy.endpoint;
      this.userArns = usersAt(proxy.resourceId);
    } else {
      allowPort(name, { ...port, from: workloadSecurityGroupId, to: group.id }, child);
      this.endpoint = cluster.endpoint;
      this.userArns = usersAt(cluster.clusterResourceId);
    }
    this.readerEndpoint = cluster.readerEndpoint;
    this.databaseName = args.databaseName;
    this.clusterIdentifier = cluster.clusterIdentifier;
    this.clusterArn = cluster.arn;
    this.masterSecretArn = cluster.masterUserSecrets.apply((secrets) => secrets[0]?.secretArn ?? '');
    this.registerOutputs({ endpoint: this.endpoint, clusterArn: this.clusterArn });
  }

  /** Named, since AWS names its log group after it, which then would be kept for ever and under no key of ours. */
  #makeCluster(name: string, args: DatabaseArgs, securityGroupId: pulumi.Input<string>): rds.Cluster {
    const { context, minCapacity, maxCapacity } = args;
    const child = { parent: this };
    const logs = new cloudwatch.LogGroup(
      name,
      { name: `/aws/rds/cluster/${name}/postgresql`, retentionInDays: args.logDays, kmsKeyId: args.logsKeyArn },
      child,
    );
    const subnets = new rds.SubnetGroup(name, { subnetIds: [...args.subnetIds] }, child);
    const parameters = new rds.ClusterParameterGroup(
      name,
      {
        family: `aurora-postgresql${Number.parseInt(args.engineVersion, 10)}`,
        parameters: [
          { name: 'rds.force_ssl', value: '1' },
          { name: 'log_min_duration_statement', value: '1000' },
        ],
      },
      child,
    );
    const pausing = minCapacity === 0 ? { secondsUntilAutoPause: args.pauseAfterSeconds } : {};
    return new rds.Cluster(
      name,
      {
        clusterIdentifier: name,
        engine: ENGINE,
        engineVersion: args.engineVersion,
        databaseName: args.databaseName,
        masterUsername: 'administrator',
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: args.secretsKeyArn,
        iamDatabaseAuthenticationEnabled: true,
        serverlessv2ScalingConfiguration: { minCapacity, maxCapacity, ...pausing },
        dbSubnetGroupName: subnets.name,
        dbClusterParameterGroupName: parameters.name,
        vpcSecurityGroupIds: [securityGroupId],
        storageEncrypted: true,
        kmsKeyId: args.databaseKeyArn,
        backupRetentionPeriod: args.backupDays,
        copyTagsToSnapshot: true,
        deletionProtection: args.deletionProtection,
        enabledCloudwatchLogsExports: ['postgresql'],
        skipFinalSnapshot: context.isDisposable,
        ...(!context.isDisposable && { finalSnapshotIdentifier: `${name}-final` }),
        tags: backupTags(context),
      },
      { ...child, protect: context.isProtected, dependsOn: [logs] },
    );
  }

  /** AWS spreads them over the zones of the subnets. In tier 1 a reader is as large as the writer, and can take over. */
  #makeInstances(name: string, args: DatabaseArgs, cluster: rds.Cluster): void {
    const { instances, performanceInsights, databaseKeyArn } = args;
    const insights = {
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: databaseKeyArn,
      performanceInsightsRetentionPeriod: INSIGHTS_DAYS,
    };
    for (let number = 1; number <= instances; number += 1) {
      new rds.ClusterInstance(
        `${name}-${number}`,
        {
          clusterIdentifier: cluster.id,
          engine: ENGINE,
          instanceClass: 'db.serverless',
          publiclyAccessible: false,
          promotionTier: 1,
          ...(performanceInsights && insights),
        },
        // Not deletedWith: RDS deletes no cluster that still has instances.
        { parent: this },
      );
    }
  }
}
