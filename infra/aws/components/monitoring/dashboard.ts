import type * as pulumi from '@pulumi/pulumi';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export type Widget = Place & (MetricWidget | LogWidget | AlarmWidget | TextWidget);

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

type MetricRow = readonly (pulumi.Input<string> | Readonly<Record<string, unknown>>)[];

interface MetricWidget {
  readonly type: 'metric';
  readonly properties: {
    readonly title: string;
    readonly region: string;
    readonly view: 'timeSeries';
    readonly period: number;
    readonly metrics: pulumi.Input<readonly MetricRow[]>;
  };
}

interface LogWidget {
  readonly type: 'log';
  readonly properties: {
    readonly title: string;
    readonly region: string;
    readonly view: 'table';
    readonly query: pulumi.Input<string>;
  };
}

interface AlarmWidget {
  readonly type: 'alarm';
  readonly properties: { readonly title: string; readonly alarms: readonly pulumi.Input<string>[] };
}

interface TextWidget {
  readonly type: 'text';
  readonly properties: { readonly markdown: string };
}

export type Panel = MetricWidget | LogWidget | AlarmWidget | TextWidget;

/** The grid of a dashboard is 24 wide; two panels stand in a row. */
const WIDTH = 12;
const HEIGHT = 6;

/** Puts panels into rows of two, in their order. */
export function dashboardBody(panels: readonly Panel[]): { readonly widgets: readonly Widget[] } {
  const widgets = panels.map((panel, index): Widget => {
    return { x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT, width: WIDTH, height: HEIGHT, ...panel };
  });
  return { widgets };
}

/** How a chart says what it shows: namespace, name, then names and values of dimensions, then how. */
export function metricRow(namespace: string, name: string, dimensions: Record<string, string>, how: object): MetricRow {
  return [namespace, name, ...Object.entries(dimensions).flat(), { ...how }];
}

/** Metrics that aren't known by name, such as one per service. */
export function searchRow(expression: string, id = 'found'): MetricRow {
  return [{ expression, id }];
}

export function chart(title: string, region: string, metrics: pulumi.Input<readonly MetricRow[]>, period = 300): Panel {
  return { type: 'metric', properties: { title, region, view: 'timeSeries', period, metrics } };
}

export function logTable(title: string, region: string, query: pulumi.Input<string>): Panel {
  return { type: 'log', properties: { title, region, view: 'table', query } };
}

/** Asks a question of log groups, as a dashboard wants it. */
export function queryOf(groups: readonly string[], question: string): string {
  return `${groups.map((group) => `SOURCE '${group}'`).join(' | ')} | ${question}`;
}
