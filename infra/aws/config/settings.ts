import * as pulumi from '@pulumi/pulumi';
import { defineConfig, readStackConfig, stackNames } from '@ml-platform/conventions';
import { backupConfig, backupProblems } from '../components/backup/config.ts';
import { eventsConfig } from '../components/events/config.ts';
import { featureStoreConfig, featureStoreProblems } from '../components/feature-store/config.ts';
import { imagesConfig } from '../components/images/config.ts';
import { keysConfig } from '../components/keys/config.ts';
import { lakeConfig, lakeProblems } from '../components/lake/config.ts';
import { messagingConfig, messagingProblems } from '../components/messaging/config.ts';
import { networkConfig, networkProblems } from '../components/network/config.ts';
import { streamsConfig, streamsProblems } from '../components/streams/config.ts';
import { warehouseConfig, warehouseProblems } from '../components/warehouse/config.ts';
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
    events: eventsConfig,
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
    ({ featureStore }) => featureStoreProblems(featureStore),
    ({ backup, environment }) => backupProblems(backup, environment),
  ],
});

/**
 * The settings of the stack that Pulumi is at work on.
 *
 * @throws PlatformError `config` that names every wrong key.
 */
export function readSettings() {
  const facts = { project: pulumi.getProject(), stack: pulumi.getStack() };
  return readStackConfig(STACK_CONFIG, facts, pulumi.runtime.allConfig());
}

export type Settings = ReturnType<typeof readSettings>;

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
