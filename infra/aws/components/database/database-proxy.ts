import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as rds from '@pulumi/aws/rds/index.js';
import type * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeRole, trustService } from '../../iam/service-role.ts';

export interface DatabaseProxyArgs {
  readonly context: StackContext & { readonly permissionsBoundary?: string };
  readonly clusterIdentifier: pulumi.Input<string>;
  /** Users that the proxy logs in as, each in the name of who came. */
  readonly clusterUserArns: readonly pulumi.Input<string>[];
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  readonly logsKeyArn: pulumi.Input<string>;
  readonly logDays: number;
}

/** A pool of connections that many short-lived clients share; it knows no password: both ways in are by IAM. */
export class DatabaseProxy {
  readonly endpoint: pulumi.Output<string>;
  /** By which a user's right to connect names the proxy: `prx-…`. */
  readonly resourceId: pulumi.Output<string>;

  constructor(name: string, args: DatabaseProxyArgs, child: { readonly parent: pulumi.Resource }) {
    const { context, clusterUserArns, logDays, logsKeyArn } = args;
    const connect = { Effect: 'Allow', Action: ['rds-db:connect'], Resource: clusterUserArns } as const;
    const trust = trustService('rds.amazonaws.com', context.account);
    const role = makeRole(name, { context, trust, statements: [connect] }, child.parent);
    const logGroup = { name: `/aws/rds/proxy/${name}`, retentionInDays: logDays, kmsKeyId: logsKeyArn };
    const logs = new cloudwatch.LogGroup(name, logGroup, child);
    const proxy = new rds.Proxy(
      name,
      {
        name,
        engineFamily: 'POSTGRESQL',
        defaultAuthScheme: 'IAM_AUTH',
        requireTls: true,
        roleArn: role.arn,
        vpcSubnetIds: [...args.subnetIds],
        vpcSecurityGroupIds: [args.securityGroupId],
      },
      { ...child, dependsOn: [logs] },
    );
    const pool = new rds.ProxyDefaultTargetGroup(
      name,
      { dbProxyName: proxy.name, connectionPoolConfig: { maxConnectionsPercent: 90 } },
      child,
    );
    new rds.ProxyTarget(
      name,
      { dbProxyName: proxy.name, targetGroupName: pool.name, dbClusterIdentifier: args.clusterIdentifier },
      child,
    );
    this.endpoint = proxy.endpoint;
    this.resourceId = proxy.arn.apply((arn) => arn.split(':').at(-1) ?? '');
  }
}
