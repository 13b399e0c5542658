import type { SettingsOf } from '@ml-platform/conventions';
import * as elasticache from '@pulumi/aws/elasticache/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { allowPort, closedGroup } from '../database/private-port.ts';
import type { cacheConfig } from './config.ts';

export interface CacheArgs extends SettingsOf<typeof cacheConfig> {
  readonly context: StackContext;
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Of what may connect. */
  readonly workloadSecurityGroupId: pulumi.Input<string>;
  readonly databaseKeyArn: pulumi.Input<string>;
}

/** A serverless cache writes on the first, and reads from near on the second. */
const PORTS = { write: 6379, read: 6380 };

/**
 * All keys, and all that reads and writes them; what clients ask of a cluster when they connect; nothing that empties
 * or halts it. https://valkey.io/topics/acl/
 */
const RIGHTS = [
  'on ~* &* -@all +@read +@write +@connection +@transaction +@pubsub +@scripting -@dangerous',
  '+info +cluster|slots +cluster|shards +cluster|nodes',
].join(' ');

/** A serverless cache, which takes TLS only; workloads log in by IAM, and nobody with a password. */
export class Cache extends pulumi.ComponentResource {
  readonly endpoint: pulumi.Output<string>;
  readonly port = PORTS.write;
  /** Whom a client logs in as. */
  readonly user: pulumi.Output<string>;
  /** What `elasticache:Connect` is to be allowed on: cache and user. */
  readonly connectArns: readonly pulumi.Output<string>[];

  constructor(name: string, args: CacheArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:data:Cache', name, {}, options);
    const { context, vpcId, workloadSecurityGroupId } = args;
    const child = { parent: this };
    const group = closedGroup(name, 'Cache', vpcId, child);
    const port = { of: 'Valkey', port: PORTS.write, toPort: PORTS.read };
    allowPort(name, { ...port, from: workloadSecurityGroupId, to: group.id }, child);
    // IAM logs in a user whose name is its id: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
    const user = new elasticache.User(
      name,
      { userId: name, userName: name, engine: 'valkey', accessString: RIGHTS, authenticationMode: { type: 'iam' } },
      child,
    );
    const users = new elasticache.UserGroup(
      name,
      { userGroupId: name, engine: 'valkey', userIds: [user.userId] },
      child,
    );
    const cache = new elasticache.ServerlessCache(
      name,
      {
        name,
        description: `${context.named.prefix}: online values`,
        engine: 'valkey',
        majorEngineVersion: args.engineVersion,
        cacheUsageLimits: {
          dataStorage: { maximum: args.maxGigabytes, unit: 'GB' },
          ecpuPerSeconds: [{ maximum: args.maxUnitsPerSecond }],
        },
        kmsKeyId: args.databaseKeyArn,
        subnetIds: [...args.subnetIds],
        securityGroupIds: [group.id],
        userGroupId: users.userGroupId,
        snapshotRetentionLimit: args.snapshotDays,
      },
      child,
    );
    this.endpoint = cache.endpoints.apply((endpoints) => endpoints[0]?.address ?? '');
    this.user = user.userName;
    this.connectArns = [cache.arn, user.arn];
    this.registerOutputs({ endpoint: this.endpoint, user: this.user });
  }
}
