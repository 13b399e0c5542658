import type { Input } from '@pulumi/pulumi';
import type { Statement } from '../../iam/statement.ts';

/** What can be stopped at night, and what is needed to start it again as it was. */
export interface Stoppable {
  readonly fargate?: {
    readonly clusterName: Input<string>;
    readonly serviceName: Input<string>;
    readonly serviceArn: Input<string>;
    readonly desiredCount: number;
  };
  readonly endpoint?: {
    readonly name: Input<string>;
    readonly configName: Input<string>;
    readonly tags: Readonly<Record<string, string>>;
    /** Of its config's storage, where that has one. */
    readonly keyArn?: Input<string>;
  };
  /** One that pauses by itself needs no schedule. */
  readonly databaseCluster?: { readonly identifier: Input<string>; readonly arn: Input<string> };
  readonly trackingServer?: { readonly name: Input<string> };
}

/** A call of AWS's API that a schedule makes. */
export interface ScheduledCall {
  readonly what: 'fargate' | 'endpoint' | 'database' | 'tracking';
  readonly when: 'stop' | 'start';
  /** As in `arn:aws:scheduler:::aws-sdk:SERVICE:ACTION`. */
  readonly service: string;
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** What the caller needs for it. */
  readonly statements: readonly Statement[];
}

interface Place {
  readonly region: string;
  readonly account: string;
}

/**
 * What is called at night and in the morning. An endpoint can't be stopped: it is deleted, and made again from the same
 * config under the same name.
 *
 * Sources: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html and each service's API
 */
export function offHoursCalls(of: Stoppable, { region, account }: Place, arnOf: ArnOf): ScheduledCall[] {
  const { fargate, endpoint, databaseCluster, trackingServer } = of;
  const sagemaker = `arn:aws:sagemaker:${region}:${account}`;
  return [
    ...(fargate ? fargateCalls(fargate) : []),
    ...(endpoint ? endpointCalls(endpoint, sagemaker, arnOf) : []),
    ...(databaseCluster ? databaseCalls(databaseCluster) : []),
    ...(trackingServer ? trackingCalls(trackingServer, sagemaker, arnOf) : []),
  ];
}

/** Joins the beginning of an ARN with a name that may not be known yet. */
export type ArnOf = (prefix: string, name: Input<string>) => Input<string>;

/** A service with no task has nothing that would make its autoscaling start one. */
function fargateCalls({ clusterName, serviceName, serviceArn, desiredCount }: NonNullable<Stoppable['fargate']>) {
  const call = (when: ScheduledCall['when'], count: number): ScheduledCall => ({
    what: 'fargate',
    when,
    service: 'ecs',
    action: 'updateService',
    input: { Cluster: clusterName, Service: serviceName, DesiredCount: count },
    statements: [allow(['ecs:UpdateService'], [serviceArn])],
  });
  return [call('stop', 0), call('start', desiredCount)];
}

function endpointCalls(endpoint: NonNullable<Stoppable['endpoint']>, sagemaker: string, arnOf: ArnOf): ScheduledCall[] {
  const { name, configName, keyArn } = endpoint;
  const tags = Object.entries(endpoint.tags).map(([Key, Value]) => ({ Key, Value }));
  const base = { what: 'endpoint', service: 'sagemaker' } as const;
  const arn = arnOf(`${sagemaker}:endpoint/`, name);
  const config = arnOf(`${sagemaker}:endpoint-config/`, configName);
  return [
    {
      ...base,
      when: 'stop',
      action: 'deleteEndpoint',
      input: { EndpointName: name },
      statements: [allow(['sagemaker:DeleteEndpoint'], [arn])],
    },
    {
      ...base,
      when: 'start',
      action: 'createEndpoint',
      input: { EndpointName: name, EndpointConfigName: configName, Tags: tags },
      statements: [
        allow(['sagemaker:CreateEndpoint'], [arn, config]),
        allow(['sagemaker:AddTags'], [arn]),
        ...(keyArn === undefined ? [] : grantTo(keyArn)),
      ],
    },
  ];
}

function databaseCalls({ identifier, arn }: NonNullable<Stoppable['databaseCluster']>): ScheduledCall[] {
  return (['stop', 'start'] as const).map((when) => ({
    what: 'database',
    when,
    service: 'rds',
    action: `${when}DBCluster`,
    input: { DbClusterIdentifier: identifier },
    statements: [allow([when === 'stop' ? 'rds:StopDBCluster' : 'rds:StartDBCluster'], [arn])],
  }));
}

function trackingCalls({ name }: NonNullable<Stoppable['trackingServer']>, sagemaker: string, arnOf: ArnOf) {
  return (['stop', 'start'] as const).map(
    (when): ScheduledCall => ({
      what: 'tracking',
      when,
      service: 'sagemaker',
      action: `${when}MlflowTrackingServer`,
      input: { TrackingServerName: name },
      statements: [
        allow(
          [when === 'stop' ? 'sagemaker:StopMlflowTrackingServer' : 'sagemaker:StartMlflowTrackingServer'],
          [arnOf(`${sagemaker}:mlflow-tracking-server/`, name)],
        ),
      ],
    }),
  );
}

function allow(Action: readonly string[], Resource: readonly Input<string>[]): Statement {
  return { Effect: 'Allow', Action, Resource };
}

/** SageMaker itself encrypts the disks of an endpoint's instances, by a grant of who makes it. */
function grantTo(keyArn: Input<string>): Statement[] {
  return [
    { ...allow(['kms:CreateGrant'], [keyArn]), Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } },
    allow(['kms:DescribeKey'], [keyArn]),
  ];
}
