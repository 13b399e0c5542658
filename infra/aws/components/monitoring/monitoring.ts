import type { SettingsOf } from '@ml-platform/conventions';
import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeAlarms } from './alarms.ts';
import type { monitoringConfig } from './config.ts';
import { makeDashboards } from './dashboards.ts';
import { watchDataQuality } from './data-quality.ts';
import { watchLogs } from './log-anomalies.ts';
import { recordObjectAccess } from './object-trail.ts';
import { QUERIES } from './queries.ts';
import type { Watched } from './watched.ts';

export interface MonitoringArgs extends SettingsOf<typeof monitoringConfig> {
  readonly context: StackContext & { readonly permissionsBoundary?: string };
  readonly watched: Watched;
  readonly alertsTopicArn: pulumi.Input<string>;
  readonly lakeBucketArn: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly workloadSecurityGroupId: pulumi.Input<string>;
  readonly dataKeyArn: pulumi.Input<string>;
  readonly logsKeyArn: pulumi.Input<string>;
}

/** Looks at all that a stack has: alarms, saved queries, dashboards, records of who read what. */
export class Monitoring extends pulumi.ComponentResource {
  readonly alarmArns: readonly pulumi.Input<string>[];

  constructor(name: string, args: MonitoringArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:operations:Monitoring', name, {}, options);
    const child = { parent: this };
    const alarms = makeAlarms(name, args, child);
    this.alarmArns = alarms.all;
    this.#saveQueries(name, args);
    if (args.logAnomalies) watchLogs(name, args, child);
    if (args.dashboards) makeDashboards(name, { ...args, alarmArns: alarms.all }, child);
    if (args.dataEvents) recordObjectAccess(`${name}-objects`, args, child);
    this.#watchData(name, args);
    this.registerOutputs({});
  }

  /** Only of logs that are there: a query of none would ask all. */
  #saveQueries(name: string, { context, watched }: MonitoringArgs): void {
    for (const { name: query, kinds, query: queryString } of QUERIES) {
      const logGroupNames = kinds.flatMap((kind) => Object.values(watched.logGroups[kind] ?? {}));
      if (logGroupNames.length === 0) continue;
      const saved = { name: `${context.named.prefix}/${query}`, queryString, logGroupNames };
      new cloudwatch.QueryDefinition(`${name}-${query}`, saved, { parent: this });
    }
  }

  /** Once there is an endpoint, which there isn't before the first model. */
  #watchData(name: string, args: MonitoringArgs): void {
    const endpointName = args.watched.serving?.endpointName;
    if (!args.dataQuality || args.dataQualityImage === undefined || endpointName === undefined) return;
    const job = {
      image: args.dataQualityImage,
      schedule: args.dataQualitySchedule,
      instanceType: args.dataQualityInstance,
      endpointName,
      lakeBucketName: args.watched.lakeBucketName,
      securityGroupId: args.workloadSecurityGroupId,
    };
    watchDataQuality(`${name}-data-quality`, { ...args, ...job }, { parent: this });
  }
}
