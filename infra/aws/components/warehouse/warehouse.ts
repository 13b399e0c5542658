import type { SettingsOf } from '@ml-platform/conventions';
import * as athena from '@pulumi/aws/athena/index.js';
import * as glue from '@pulumi/aws/glue/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import type { warehouseConfig } from './config.ts';
import { makeCrawler } from './crawler.ts';
import { makeTable } from './table.ts';

export interface WarehouseArgs extends SettingsOf<typeof warehouseConfig> {
  readonly context: StackContext;
  readonly lakeBucketName: pulumi.Input<string>;
  readonly lakeBucketArn: pulumi.Input<string>;
  readonly dataKeyArn: pulumi.Input<string>;
  readonly logsKeyArn: pulumi.Input<string>;
}

export interface WarehouseTable {
  readonly databaseName: string;
  readonly tableName: pulumi.Output<string>;
  /** Where in the lake its files are, with a slash behind. */
  readonly prefix: string;
}

const GIGABYTE = 1e9;
/** In the lake; the lake takes away what is old. */
const RESULTS = 'queries/';

/** Tables over the lake, and a workgroup of Athena whose queries can't read more than was agreed on. */
export class Warehouse extends pulumi.ComponentResource {
  readonly databaseName: string;
  readonly workgroupName: pulumi.Output<string>;
  readonly workgroupArn: pulumi.Output<string>;
  readonly tables: Readonly<Record<string, WarehouseTable>>;

  constructor(name: string, args: WarehouseArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:data:Warehouse', name, {}, options);
    const { context, lakeBucketName, crawledZones } = args;
    const child = { parent: this };
    // Queries name it, and a name in SQL has no dashes.
    const databaseName = context.named.prefix.replaceAll('-', '_');
    const database = new glue.CatalogDatabase(name, { name: databaseName }, { ...child, protect: context.isProtected });

    const tables = Object.entries(args.tables).map(([table, settings]) => {
      const { isProtected } = context;
      const of = { settings, table, databaseName: database.name, lakeBucketName, isProtected };
      const made = makeTable(`${name}-${table.replaceAll('_', '-')}`, of, database);
      return [table, { databaseName, tableName: made.name, prefix: `${settings.zone}/${table}/` }] as const;
    });
    const workgroup = new athena.Workgroup(
      name,
      { configuration: workgroupRules(args), forceDestroy: context.isDisposable },
      child,
    );
    for (const [title, query] of Object.entries(args.queries)) {
      const saved = { name: title, database: database.name, workgroup: workgroup.id, query };
      new athena.NamedQuery(`${name}-${title}`, saved, { parent: workgroup });
    }
    this.tables = Object.fromEntries(tables);
    this.#addRules(name, args.quality);
    if (crawledZones.length > 0)
      makeCrawler(`${name}-crawler`, { ...args, zones: crawledZones, databaseName }, database);

    this.databaseName = databaseName;
    this.workgroupName = workgroup.name;
    this.workgroupArn = workgroup.arn;
    this.registerOutputs({ databaseName, workgroupName: workgroup.name });
  }

  #addRules(name: string, quality: WarehouseArgs['quality']): void {
    for (const [table, rules] of Object.entries(quality)) {
      const made = this.tables[table];
      if (made === undefined) continue;
      const ruleset = `Rules = [\n  ${rules.join(',\n  ')}\n]`;
      const targetTable = { databaseName: made.databaseName, tableName: made.tableName };
      const part = `${name}-${table.replaceAll('_', '-')}`;
      new glue.DataQualityRuleset(part, { ruleset, targetTable }, { parent: this });
    }
  }
}

function workgroupRules({ scanLimitGigabytes, lakeBucketName, dataKeyArn }: WarehouseArgs) {
  return {
    enforceWorkgroupConfiguration: true,
    publishCloudwatchMetricsEnabled: true,
    bytesScannedCutoffPerQuery: Math.round(scanLimitGigabytes * GIGABYTE),
    engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
    resultConfiguration: {
      outputLocation: pulumi.interpolate`s3://${lakeBucketName}/${RESULTS}`,
      encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKeyArn: dataKeyArn },
    },
  };
}
