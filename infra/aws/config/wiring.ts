import type { Access } from '../components/access/access.ts';
import type { Cache } from '../components/cache/cache.ts';
import type { Database } from '../components/database/database.ts';
import type { FeatureStore } from '../components/feature-store/feature-store.ts';
import type { Images } from '../components/images/images.ts';
import type { Keys } from '../components/keys/keys.ts';
import type { DataLake } from '../components/lake/data-lake.ts';
import type { Messaging } from '../components/messaging/messaging.ts';
import type { Network } from '../components/network/network.ts';
import type { Tracking } from '../components/tracking/tracking.ts';
import type { StackContext } from './stack-context.ts';

/** What even the first parts of a stack need: where they are, and what they encrypt with. */
export function basics(context: StackContext, { arns }: Keys) {
  return {
    context,
    permissionsBoundary: context.permissionsBoundary,
    dataKeyArn: arns.data,
    messagesKeyArn: arns.messages,
    logsKeyArn: arns.logs,
    databaseKeyArn: arns.database,
    secretsKeyArn: arns.secrets,
  };
}

export interface Foundations {
  readonly network: Network;
  readonly lake: DataLake;
  readonly messaging: Messaging;
  readonly images: Images;
}

/** What any part of a stack may ask of the ones that all rest on. */
export function foundations({ network, lake, messaging, images: { repositories } }: Foundations) {
  return {
    vpcId: network.vpcId,
    networkCidr: network.cidr,
    privateSubnetIds: network.privateSubnetIds,
    publicSubnetIds: network.publicSubnetIds,
    subnetIds: network.privateSubnetIds,
    workloadSecurityGroupId: network.workloadSecurityGroupId,
    lakeBucketName: lake.bucketName,
    lakeBucketArn: lake.bucketArn,
    logBucketName: lake.logBucketName,
    alertsTopicArn: messaging.alertsTopicArn,
    eventsTopicArn: messaging.eventsTopicArn,
    repositoryUrl: repositories['model-server'].url,
    repositoryUrls: { typescript: repositories.steps.url, python: repositories['steps-python'].url },
    repositoryArns: Object.values(repositories).map(({ arn }) => arn),
  };
}

export interface Granted {
  readonly tracking: Tracking;
  readonly features: FeatureStore | undefined;
  readonly database: Database | undefined;
  readonly cache: Cache | undefined;
}

/** What jobs and servers get rights on, as far as the stack has it. */
export function grants({ tracking, features, database, cache }: Granted) {
  return {
    trackingArn: tracking.arn,
    featureGroupArns: Object.values(features?.groups ?? {}).map(({ arn }) => arn),
    databaseUserArns: database?.userArns ?? [],
    cacheArns: cache?.connectArns ?? [],
  };
}

/** The roles, as those name them that hand them to services. */
export function rolesOf({ roles }: Access) {
  const { training, serving, pipelineRunner } = roles;
  return {
    trainingRoleArn: training.arn,
    servingRoleArn: serving.arn,
    pipelineRunnerRoleArn: pipelineRunner.arn,
    roleArns: { training: training.arn, serving: serving.arn, pipelineRunner: pipelineRunner.arn },
    jobRoles: [training, pipelineRunner],
  };
}

/** The outputs that there are: Pulumi warns of any other. */
export function present(outputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
}
