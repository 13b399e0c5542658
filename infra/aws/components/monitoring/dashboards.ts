import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { chart, dashboardBody, logTable, metricRow, type Panel, queryOf, searchRow } from './dashboard.ts';
import { QUERIES } from './queries.ts';
import { deadLetters, type LogKind, type Metric, pipelineMetric, type Watched } from './watched.ts';

export interface DashboardsArgs {
  readonly context: StackContext;
  readonly watched: Watched;
  readonly alarmArns: readonly pulumi.Input<string>[];
}

const MINUTES = 300;
const HOUR = 3600;
const DAY = 24 * HOUR;

/** One page each for servers, for pipelines, and for what drives the bill. */
export function makeDashboards(name: string, args: DashboardsArgs, child: { readonly parent: pulumi.Resource }): void {
  const pages = { servers: serverPanels(args), pipelines: pipelinePanels(args), cost: costPanels(args) };
  for (const [page, panels] of Object.entries(pages)) {
    new cloudwatch.Dashboard(
      `${name}-${page}`,
      { dashboardName: args.context.named(page), dashboardBody: pulumi.jsonStringify(dashboardBody(panels)) },
      child,
    );
  }
}

function serverPanels({ context, watched, alarmArns }: DashboardsArgs): Panel[] {
  const { region } = context;
  const { endpointName, loadBalancerArn } = watched.serving ?? {};
  return [
    ...(alarmArns.length > 0
      ? [{ type: 'alarm', properties: { title: 'Alarms', alarms: alarmArns } } satisfies Panel]
      : []),
    ...answerTo('errors', 'Errors in the logs', { region, watched, kinds: ['serving'] }),
    ...(endpointName ? endpointPanels(region, endpointName) : []),
    ...(loadBalancerArn ? loadBalancerPanels(region, loadBalancerArn) : []),
  ];
}

/** A line per variant, whatever their names are: two models side by side are told apart. */
function endpointPanels(region: string, endpointName: pulumi.Input<string>): Panel[] {
  const perVariant = (name: string, stat: Metric['stat']) => {
    return pulumi.output(endpointName).apply((endpoint) => {
      const search = `{AWS/SageMaker,EndpointName,VariantName} EndpointName="${endpoint}" MetricName="${name}"`;
      return searchRow(`SEARCH('${search}', '${stat}', ${MINUTES})`, `${name}${stat}`.toLowerCase());
    });
  };
  const counts = ['Invocations', 'Invocation4XXErrors', 'Invocation5XXErrors'].map((name) => perVariant(name, 'Sum'));
  const times = [perVariant('ModelLatency', 'p50'), perVariant('ModelLatency', 'p99')];
  return [
    chart('Requests', region, pulumi.all(counts)),
    chart('Latency of the model, microseconds', region, pulumi.all(times)),
  ];
}

/** CloudWatch names a load balancer by the end of its ARN: app/NAME/ID. */
function loadBalancerPanels(region: string, arn: pulumi.Input<string>): Panel[] {
  const LoadBalancer = pulumi.output(arn).apply((known) => known.split(':loadbalancer/').at(-1) ?? '');
  const of = (name: string, stat: Metric['stat']) => {
    return { namespace: 'AWS/ApplicationELB', name, dimensions: { LoadBalancer }, stat };
  };
  const counts = ['RequestCount', 'HTTPCode_Target_4XX_Count', 'HTTPCode_Target_5XX_Count'];
  return [
    ...lines('Requests', region, Object.fromEntries(counts.map((name) => [name, of(name, 'Sum')]))),
    ...lines('Latency, seconds', region, {
      p50: of('TargetResponseTime', 'p50'),
      p99: of('TargetResponseTime', 'p99'),
    }),
  ];
}

function pipelinePanels({ context, watched }: DashboardsArgs): Panel[] {
  const { region } = context;
  const runs = Object.entries(watched.pipelineArns ?? {}).flatMap(([label, arn]) => {
    return ['Succeeded', 'Failed'].map((result) => [`${label} ${result}`, pipelineMetric(arn, result)] as const);
  });
  const queues = Object.entries(watched.deadLetterQueueNames ?? {}).map(([label, queue]) => [
    label,
    deadLetters(queue),
  ]);
  return [
    ...lines('Runs', region, Object.fromEntries(runs), HOUR),
    ...lines('Given up on', region, Object.fromEntries(queues)),
    ...answerTo('errors', 'Errors of functions and jobs', { region, watched, kinds: ['functions', 'jobs'] }),
    ...answerTo('failed-steps', 'Failed steps', { region, watched, kinds: ['stateMachines'] }),
  ];
}

/** The amounts that bills are made of; the bill itself is known in one region alone. */
function costPanels({ context, watched }: DashboardsArgs): Panel[] {
  const { region } = context;
  const { databaseCluster, lakeBucketName } = watched;
  const bill = `SEARCH('{AWS/Billing,Currency,ServiceName} MetricName="EstimatedCharges"', 'Maximum', ${DAY})`;
  const lake = pulumi
    .output(lakeBucketName)
    .apply((bucket) => `{AWS/S3,BucketName,StorageType} BucketName="${bucket}" MetricName="BucketSizeBytes"`)
    .apply((search) => [searchRow(`SEARCH('${search}', 'Average', ${DAY})`)]);
  const groups = Object.values(watched.logGroups).flatMap((one) => Object.entries(one));
  const logs = groups.map(([label, LogGroupName]) => {
    return [label, { namespace: 'AWS/Logs', name: 'IncomingBytes', dimensions: { LogGroupName }, stat: 'Sum' }];
  });
  const units = (DBClusterIdentifier: pulumi.Input<string>): Metric => {
    const dimensions = { DBClusterIdentifier };
    return { namespace: 'AWS/RDS', name: 'ServerlessDatabaseCapacity', dimensions, stat: 'Average' };
  };
  return [
    chart('Bill of the month so far', 'us-east-1', [searchRow(bill)], DAY),
    chart('The lake by storage class, bytes', region, lake, DAY),
    ...lines('Logs written, bytes', region, Object.fromEntries(logs), HOUR),
    ...(databaseCluster ? lines('Units of the database', region, { units: units(databaseCluster) }) : []),
  ];
}

/** A chart with a line per metric; none where there is nothing to show. */
function lines(title: string, region: string, metrics: Readonly<Record<string, Metric>>, period = MINUTES): Panel[] {
  const rows = Object.entries(metrics).map(([label, { namespace, name, dimensions, stat }]) => {
    return pulumi
      .all([namespace, name, dimensions])
      .apply(([space, metric, by]) => metricRow(space, metric, by, { label, stat }));
  });
  return rows.length === 0 ? [] : [chart(title, region, pulumi.all(rows), period)];
}

interface Asked {
  readonly region: string;
  readonly watched: Watched;
  readonly kinds: readonly LogKind[];
}

/** A saved query's answer; none where there are no such logs. */
function answerTo(query: string, title: string, { region, watched, kinds }: Asked): Panel[] {
  const saved = QUERIES.find(({ name }) => name === query);
  const groups = kinds.flatMap((kind) => Object.values(watched.logGroups[kind] ?? {}));
  if (!saved || groups.length === 0) return [];
  return [
    logTable(
      title,
      region,
      pulumi.all(groups).apply((known) => queryOf(known, saved.query)),
    ),
  ];
}
