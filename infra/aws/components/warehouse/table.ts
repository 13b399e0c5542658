import * as glue from '@pulumi/aws/glue/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { TableSettings } from './config.ts';

export interface TableArgs {
  readonly settings: TableSettings;
  readonly table: string;
  readonly databaseName: pulumi.Input<string>;
  readonly lakeBucketName: pulumi.Input<string>;
  readonly isProtected: boolean;
}

const FORMATS = {
  parquet: {
    inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    serDeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
  },
  json: {
    inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
    serDeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
  },
} as const;

/** A table over files of the lake; taking it away leaves the files. */
export function makeTable(name: string, args: TableArgs, parent: pulumi.Resource): glue.CatalogTable {
  const { settings, table, databaseName, lakeBucketName, isProtected } = args;
  const location = pulumi.interpolate`s3://${lakeBucketName}/${settings.zone}/${table}/`;
  const columns = Object.entries(settings.columns).map(([column, type]) => ({ name: column, type }));
  const common = { name: table, databaseName, tableType: 'EXTERNAL_TABLE' };
  if (settings.format === 'iceberg') {
    return new glue.CatalogTable(
      name,
      {
        ...common,
        storageDescriptor: { location, columns },
        openTableFormatInput: { icebergInput: { metadataOperation: 'CREATE', version: '2' } },
      },
      // Whoever writes to an Iceberg table notes there which of its files hold, and may add columns.
      { parent, protect: isProtected, ignoreChanges: ['parameters', 'storageDescriptor'] },
    );
  }
  return new glue.CatalogTable(
    name,
    {
      ...common,
      parameters: byDay(location, settings),
      partitionKeys: [{ name: 'day', type: 'string' }],
      storageDescriptor: { location, columns, ...FORMATS[settings.format] },
    },
    { parent },
  );
}

/** Athena works out the folders of the days itself: nobody has to add them. https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html */
function byDay(location: pulumi.Output<string>, { format, since = '' }: TableSettings) {
  return {
    EXTERNAL: 'TRUE',
    classification: format,
    'projection.enabled': 'true',
    'projection.day.type': 'date',
    'projection.day.format': 'yyyy-MM-dd',
    'projection.day.range': `${since},NOW`,
    'projection.day.interval': '1',
    'projection.day.interval.unit': 'DAYS',
    'storage.location.template': pulumi.interpolate`${location}day=\${day}/`,
  };
}
