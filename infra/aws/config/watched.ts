import type { Stoppable } from '../components/cost-control/off-hours-calls.ts';
import type { Database } from '../components/database/database.ts';
import type { EventHandlers } from '../components/events/event-handlers.ts';
import type { DataLake } from '../components/lake/data-lake.ts';
import type { Messaging } from '../components/messaging/messaging.ts';
import type { Watched } from '../components/monitoring/watched.ts';
import type { Pipelines } from '../components/pipelines/pipelines.ts';
import type { Serving } from '../components/serving/serving.ts';
import type { Tracking } from '../components/tracking/tracking.ts';
import type { Settings } from './settings.ts';

/** Of the parts of a stack, those that are looked at and stopped; undefined what it lacks. */
export interface Parts {
  readonly lake: DataLake;
  readonly messaging: Messaging;
  readonly serving: Serving;
  readonly tracking: Tracking;
  readonly pipelines: Pipelines | undefined;
  readonly events: EventHandlers | undefined;
  readonly database: Database | undefined;
}

/** Logs are named after what writes them; where nothing does yet, there is no log to ask. */
export function watchedOf(prefix: string, settings: Settings, parts: Parts): Watched {
  const { lake, messaging, serving, pipelines, events, database } = parts;
  const queues = Object.entries(messaging.queues).map(([name, { deadLetterName }]) => [name, deadLetterName] as const);
  const log = (kind: string, name: string, isThere: boolean, group: string) => {
    return isThere ? { [kind]: { [name]: group } } : {};
  };
  const isServed = settings.serving.kind !== 'none' && settings.serving.imageDigest !== undefined;
  return {
    logGroups: {
      ...log('serving', 'model-server', isServed && serving.endpointName === undefined, `/${prefix}/serving`),
      ...log('api', 'api', settings.api.enabled, `/${prefix}/api`),
      ...(events && { functions: { validate: `/${prefix}/events/validate`, retrain: `/${prefix}/events/retrain` } }),
    },
    serving,
    ...(pipelines && { pipelineArns: pipelines.arns }),
    deadLetterQueueNames: {
      ...Object.fromEntries(queues),
      undelivered: messaging.undeliveredQueueName,
      ...(events && { events: events.deadLetterQueueName }),
    },
    ...(database && { databaseCluster: database.clusterIdentifier }),
    lakeBucketName: lake.bucketName,
  };
}

/** What bills by the hour, and may be off at night. */
export function stoppableOf(settings: Settings, { database, serving, tracking }: Parts): Stoppable {
  // A database that pauses by itself needs no schedule.
  const isKeptOn = database !== undefined && settings.database.minCapacity > 0;
  return {
    ...serving.stoppable,
    ...(isKeptOn && { databaseCluster: { identifier: database.clusterIdentifier, arn: database.clusterArn } }),
    ...(tracking.serverName !== undefined && { trackingServer: { name: tracking.serverName } }),
  };
}
