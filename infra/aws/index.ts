import { fileURLToPath } from 'node:url';
import { tagsOf } from '@ml-platform/conventions';
import { stackReleases } from '@ml-platform/conventions/release';
import * as aws from '@pulumi/aws/provider.js';
import { Access } from './components/access/access.ts';
import { Api } from './components/api/api.ts';
import { readRoutes } from './components/api/read-openapi.ts';
import { Backup } from './components/backup/backup.ts';
import { Cache } from './components/cache/cache.ts';
import { Cdn } from './components/cdn/cdn.ts';
import { Cluster } from './components/cluster/cluster.ts';
import { CostControl } from './components/cost-control/cost-control.ts';
import { Database } from './components/database/database.ts';
import { EventHandlers } from './components/events/event-handlers.ts';
import { FeatureStore } from './components/feature-store/feature-store.ts';
import { Images } from './components/images/images.ts';
import { Keys } from './components/keys/keys.ts';
import { DataLake } from './components/lake/data-lake.ts';
import { Messaging } from './components/messaging/messaging.ts';
import { Models } from './components/models/models.ts';
import { Monitoring } from './components/monitoring/monitoring.ts';
import { Network } from './components/network/network.ts';
import { readPipelines } from './components/pipelines/entries.ts';
import { Pipelines } from './components/pipelines/pipelines.ts';
import { Serving } from './components/serving/serving.ts';
import { Streams } from './components/streams/streams.ts';
import { Tracking } from './components/tracking/tracking.ts';
import { Transform } from './components/transform/transform.ts';
import { Warehouse } from './components/warehouse/warehouse.ts';
import { contextOf, readSecrets, readSettings } from './config/settings.ts';
import { switchedBy } from './config/switched-by.ts';
import { stoppableOf, watchedOf } from './config/watched.ts';
import { basics, foundations, grants, present, rolesOf } from './config/wiring.ts';

/** What `npx nx run event-handlers:build` writes. */
const HANDLERS = fileURLToPath(new URL('../../apps/event-handlers/dist', import.meta.url));

/** All that a stack has, in the order in which one part needs another; what its file switches off isn't there. */
export default async function stack() {
  const releases = await stackReleases();
  const settings = readSettings(releases.release);
  const [documents, routes] = [readPipelines(settings.pipelines, settings.network), readRoutes(settings.api)];
  const context = contextOf(settings);
  const { named, account, region } = context;
  const made = switchedBy(settings);
  const tags = tagsOf(settings);
  const place = { region: region as aws.ProviderArgs['region'] & string, allowedAccountIds: [account] };
  const options = { providers: [new aws.Provider(named('aws'), { ...place, defaultTags: { tags } })] };

  const keys = new Keys(named('keys'), { ...settings.keys, context }, options);
  const base = basics(context, keys);
  const network = new Network(named('net'), { ...settings.network, ...base }, options);
  const lake = new DataLake(named('lake'), { ...settings.lake, ...base }, options);
  const messaging = new Messaging(named('msg'), { ...settings.messaging, ...base }, options);
  const images = new Images(named('img'), { ...settings.images, ...base }, options);
  const shared = { ...base, ...foundations({ network, lake, messaging, images }) };

  const warehouse = made('warehouse', (own) => new Warehouse(named('sql'), { ...own, ...shared }, options));
  const table = warehouse?.tables[settings.streams.deliveryTable];
  const streams = made('streams', (own) => new Streams(named('stream'), { ...own, ...shared, table }, options));
  const features = made('featureStore', (own) => new FeatureStore(named('fs'), { ...own, ...shared }, options));
  const database = made('database', (own) => new Database(named('db'), { ...own, ...shared }, options));
  const cache = made('cache', (own) => new Cache(named('cache'), { ...own, ...shared }, options));

  const tracking = new Tracking(named('mlflow'), { ...settings.tracking, ...shared }, options);
  const granted = grants({ tracking, features, database, cache });
  const access = new Access(named('role'), { ...settings.access, ...shared, ...granted }, options);
  const models = made('models', (own) => new Models(named('model'), { ...own, ...shared }, options));
  const jobs = { ...shared, ...rolesOf(access), documents };
  const pipelines = made('pipelines', (own) => new Pipelines(named('pipe'), { ...own, ...jobs }, options));
  const transform = made('transform', (own) => new Transform(named('batch'), { ...own, ...jobs }, options));
  const retrainTargetArn = pipelines?.arns[settings.events.retrainPipeline ?? ''];
  const reacts = { ...shared, ...readSecrets(), handlersFolder: HANDLERS, retrainTargetArn };
  const events = made('events', (own) => new EventHandlers(named('event'), { ...own, ...reacts }, options));

  const serving = new Serving(named('serve'), { ...settings.serving, ...jobs, tags }, options);
  const { backend } = serving;
  const api = made('api', (own) => new Api(named('api'), { ...own, ...shared, routes, backend }, options));
  const origin = api?.origin ?? serving.origin;
  const cdn = made('cdn', (own) => new Cdn(named('cdn'), { ...own, ...shared, origin }, options));
  const cluster = made('cluster', (own) => new Cluster(named('eks'), { ...own, ...jobs }, options));

  const parts = { lake, messaging, serving, pipelines, events, database, tracking };
  const watched = watchedOf(named.prefix, settings, parts);
  made('monitoring', (own) => new Monitoring(named('watch'), { ...own, ...shared, watched }, options));
  const spending = { ...jobs, tags, stoppable: stoppableOf(settings, parts) };
  new CostControl(named('cost'), { ...settings.costControl, ...spending }, options);
  made('backup', (own) => new Backup(named('backup'), { ...own, ...shared }, options));

  return present({
    lake: lake.bucketName,
    repositories: images.repositories,
    roles: access.roles,
    accountRoles: access.accountRoleArns,
    apiKeyIds: api?.keyIds,
    modelGroups: models?.groupNames,
    pipelines: pipelines?.arns,
    transforms: transform?.arns,
    notMade: { ...documents.notMade, ...transform?.notMade, ...(serving.notMade && { serving: serving.notMade }) },
    queues: messaging.queues,
    stream: streams?.streamName,
    tracking: tracking.arn,
    database: database?.endpoint,
    cache: cache?.endpoint,
    cluster: cluster?.clusterName,
    url: cdn?.url ?? api?.url ?? serving.url,
    ...releases,
  });
}
