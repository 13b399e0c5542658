import { readObjects, type Statement, useKey, writeObjects } from '../../components/access/statements.ts';
import type { DeployerPlace } from './place.ts';

/** Where models, data and predictions are, as `s3://bucket/prefix`; in dev's own lake unless given. */
export interface Places {
  readonly modelRegistry?: string | undefined;
  readonly dataRemote?: string | undefined;
  readonly predictions?: string | undefined;
}

interface Location {
  readonly bucketArn: string;
  readonly prefix: string;
}

/** What the workflows `train`, `promote` and `monitor` do with models and data, which are jobs of dev: docs/models.md. */
export function sharedStatements(place: DeployerPlace, places: Places): Statement[] {
  const registry = locationOf(place, places.modelRegistry, 'models');
  const remote = locationOf(place, places.dataRemote, 'dvc');
  const predictions = locationOf(place, places.predictions, 'predictions');
  return [
    ...suffixed('Models', [...reads(registry), ...writes(registry)]),
    ...suffixed('Data', [...reads(remote), ...writes(remote)]),
    ...suffixed('Predictions', reads(predictions)),
    useKeyOf(place, [registry, remote, predictions]),
  ];
}

/** A bucket of a stack has a name that Pulumi ends in seven characters of its own. */
function locationOf({ prefix }: DeployerPlace, given: string | undefined, zone: string): Location {
  const [, bucket = `${prefix}-lake-???????`, path = zone] = /^s3:\/\/([^/]+)\/(.+?)\/*$/.exec(given ?? '') ?? [];
  return { bucketArn: `arn:aws:s3:::${bucket}`, prefix: `${path}/` };
}

function reads({ bucketArn, prefix }: Location): readonly Statement[] {
  return readObjects(bucketArn, [prefix]);
}

function writes({ bucketArn, prefix }: Location): readonly Statement[] {
  return writeObjects(bucketArn, [prefix]);
}

/** The `Sid`s of a policy are unlike. */
function suffixed(suffix: string, statements: readonly Statement[]): Statement[] {
  return statements.map((statement) => ({ ...statement, Sid: `${statement.Sid}Of${suffix}` }));
}

/**
 * Any key of the account, through S3 and for these buckets alone: S3 encrypts with the bucket or the object as context.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
 */
function useKeyOf({ account, region }: DeployerPlace, locations: readonly Location[]): Statement {
  const { Condition, ...statement } = useKey(`arn:aws:kms:${region}:${account}:key/*`, region, ['s3']);
  const contexts = locations.flatMap(({ bucketArn, prefix }) => [bucketArn, `${bucketArn}/${prefix}*`]);
  return {
    ...statement,
    Condition: { ...Condition, StringLike: { 'kms:EncryptionContext:aws:s3:arn': [...new Set(contexts)] } },
  };
}
