import * as pulumi from '@pulumi/pulumi';
import { defineConfig, readStackConfig, type SettingsOf, stackNames } from '@ml-platform/conventions';
import type { KeptReleases } from '@ml-platform/conventions/release';
import { accessConfig, accessProblems } from '../components/access/config.ts';
import { apiConfig, apiProblems } from '../components/api/config.ts';
import { backupConfig, backupProblems } from '../components/backup/config.ts';
import { cacheConfig, cacheProblems } from '../components/cache/config.ts';
import { cdnConfig, cdnProblems } from '../components/cdn/config.ts';
import { clusterConfig, clusterProblems } from '../components/cluster/config.ts';
import { costControlConfig, costControlProblems } from '../components/cost-control/config.ts';
import { databaseConfig, databaseProblems } from '../components/database/config.ts';
import { eventsConfig } from '../components/events/config.ts';
import { featureStoreConfig, featureStoreProblems } from '../components/feature-store/config.ts';
import { imagesConfig } from '../components/images/config.ts';
import { keysConfig } from '../components/keys/config.ts';
import { lakeConfig, lakeProblems } from '../components/lake/config.ts';
import { messagingConfig, messagingProblems } from '../components/messaging/config.ts';
import { modelsConfig } from '../components/models/config.ts';
import { monitoringConfig, monitoringProblems } from '../components/monitoring/config.ts';
import { networkConfig, networkProblems } from '../components/network/config.ts';
import { pipelinesConfig } from '../components/pipelines/config.ts';
import { servingConfig } from '../components/serving/config.ts';
import { servingProblems } from '../components/serving/problems.ts';
import { streamsConfig, streamsProblems } from '../components/streams/config.ts';
import { trackingConfig } from '../components/tracking/config.ts';
import { transformConfig, transformProblems } from '../components/transform/config.ts';
import { warehouseConfig, warehouseProblems } from '../components/warehouse/config.ts';
import { betweenSections } from './between-sections.ts';
import { SCALARS } from './scalars.ts';
import type { StackContext } from './stack-context.ts';

/** All that a stack file may say. */
export const STACK_CONFIG = defineConfig({
  scalars: SCALARS,
  sections: {
    keys: keysConfig,
    network: networkConfig,
    lake: lakeConfig,
    messaging: messagingConfig,
    images: imagesConfig,
    warehouse: warehouseConfig,
    streams: streamsConfig,
    featureStore: featureStoreConfig,
    database: databaseConfig,
    cache: cacheConfig,
    tracking: trackingConfig,
    access: accessConfig,
    models: modelsConfig,
    pipelines: pipelinesConfig,
    transform: transformConfig,
    events: eventsConfig,
    serving: servingConfig,
    api: apiConfig,
    cdn: cdnConfig,
    cluster: clusterConfig,
    monitoring: monitoringConfig,
    costControl: costControlConfig,
    backup: backupConfig,
  },
  secrets: {
    webhookUrl: 'Where messages for people go as well: the address of a webhook',
    deployToken: 'What the address that deploys an approved model asks for',
  },
  rules: [
    ({ network, environment }) => networkProblems(network, environment),
    ({ lake, account }) => lakeProblems(lake, account),
    ({ messaging }) => messagingProblems(messaging),
    ({ warehouse }) => warehouseProblems(warehouse),
    ({ streams, warehouse, environment }) => streamsProblems(streams, environment, tablesOf(warehouse)),
    ({ featureStore }) => featureStoreProblems(featureStore),
    ({ database, environment }) => databaseProblems(database, environment),
    ({ cache, network }) => cacheProblems(cache, network.zones),
    ({ access, account }) => accessProblems(access, account),
    ({ transform, pipelines }) => transformProblems(transform, pipelines),
    ({ serving }) => servingProblems(serving),
    ({ api }) => apiProblems(api),
    ({ cdn, ...behind }) => cdnProblems(cdn, behind),
    ({ cluster, network }) => clusterProblems(cluster, network),
    ({ monitoring, environment }) => monitoringProblems(monitoring, environment),
    ({ costControl, environment }) => costControlProblems(costControl, environment),
    ({ backup, environment }) => backupProblems(backup, environment),
    betweenSections,
  ],
});

function tablesOf({ enabled, tables }: SettingsOf<typeof warehouseConfig>) {
  return enabled ? Object.entries(tables).map(([name, { format }]) => ({ name, format })) : [];
}

/**
 * The settings of the stack that Pulumi is at work on, with those of its release before them.
 *
 * @throws PlatformError `config` that names every wrong key.
 */
export function readSettings(release?: KeptReleases['release']) {
  const facts = { project: pulumi.getProject(), stack: pulumi.getStack() };
  const settings = readStackConfig(STACK_CONFIG, facts, pulumi.runtime.allConfig(), release);
  if (release === undefined) return settings;
  // A release is a version that the stack brings, and keeps in each later update: nothing else moves requests then.
  return { ...settings, serving: { ...settings.serving, deploysOwnTraffic: false } };
}

export type Settings = ReturnType<typeof readSettings>;

/** What is kept encrypted in the stack file; undefined where it has none. */
export function readSecrets() {
  const config = new pulumi.Config();
  return { webhookUrl: config.getSecret('webhookUrl'), deployToken: config.getSecret('deployToken') };
}

export function contextOf(settings: Settings): StackContext {
  const { project, stack, environment, account, region, permissionsBoundary } = settings;
  return {
    named: stackNames(project, stack),
    environment,
    account,
    region,
    ...(permissionsBoundary !== undefined && { permissionsBoundary }),
    isProtected: environment === 'prod',
    isDisposable: environment === 'dev' || environment === 'preview',
  };
}
