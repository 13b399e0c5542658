import { allow, readObjects, type Statement, useKey, writeObjects } from '../access/statements.ts';

export interface TrackingFacts {
  readonly region: string;
  readonly account: string;
  readonly prefix: string;
  readonly bucketArn: string;
  readonly dataKeyArn: string;
  readonly registersModels: boolean;
}

/** Artifacts of runs lie here in the lake. */
export const ARTIFACTS = 'models/mlflow/';

/** What the tracking server may do itself: keep artifacts, and register versions where config says so. */
export function trackingStatements(facts: TrackingFacts): readonly Statement[] {
  const { region, account, prefix, bucketArn, dataKeyArn, registersModels } = facts;
  const arn = (type: string) => `arn:aws:sagemaker:${region}:${account}:${type}/${prefix}-*`;
  const actions = [
    'CreateModelPackageGroup',
    'CreateModelPackage',
    'UpdateModelPackage',
    'DescribeModelPackageGroup',
    'AddTags',
  ];
  return [
    ...readObjects(bucketArn, [ARTIFACTS]),
    ...writeObjects(bucketArn, [ARTIFACTS]),
    useKey(dataKeyArn, region, ['s3']),
    ...(registersModels
      ? [
          allow(
            'RegisterVersions',
            actions.map((action) => `sagemaker:${action}`),
            [arn('model-package'), arn('model-package-group')],
          ),
        ]
      : []),
  ];
}
