import * as s3 from '@pulumi/aws/s3/index.js';
import * as sagemaker from '@pulumi/aws/sagemaker/index.js';
import type * as pulumi from '@pulumi/pulumi';

/** Characters of a definition in a request. SageMaker API reference, CreatePipeline. */
const INLINE_LENGTH = 1_048_576;
/** By so much, at most, a placeholder's value is longer than the placeholder. */
const GROWTH = 2048;

export interface SageMakerPipelineParts {
  readonly physicalName: string;
  readonly roleArn: pulumi.Input<string>;
  readonly definition: pulumi.Output<string>;
  /** Of the definition before the stack's values are in it, and how many are put in. */
  readonly length: number;
  readonly values: number;
  readonly bucketName: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  readonly parallelism: number;
}

/** Where the definition may be too long for a request, it lies in the lake, and the pipeline names its version there. */
export function makeSageMakerPipeline(
  name: string,
  parts: SageMakerPipelineParts,
  options: pulumi.CustomResourceOptions,
): sagemaker.Pipeline {
  const { physicalName, roleArn, parallelism } = parts;
  return new sagemaker.Pipeline(
    name,
    {
      pipelineName: physicalName,
      pipelineDisplayName: physicalName,
      roleArn,
      parallelismConfiguration: { maxParallelExecutionSteps: parallelism },
      ...(isLong(parts)
        ? { pipelineDefinitionS3Location: uploaded(name, parts, options) }
        : { pipelineDefinition: parts.definition }),
    },
    options,
  );
}

function isLong({ length, values }: SageMakerPipelineParts): boolean {
  return length + values * GROWTH > INLINE_LENGTH;
}

function uploaded(name: string, parts: SageMakerPipelineParts, options: pulumi.CustomResourceOptions) {
  const { bucketName, definition, physicalName, keyArn } = parts;
  const object = new s3.BucketObjectv2(
    name,
    {
      bucket: bucketName,
      key: `pipelines/definitions/${physicalName}.json`,
      content: definition,
      contentType: 'application/json',
      serverSideEncryption: 'aws:kms',
      kmsKeyId: keyArn,
    },
    options,
  );
  return { bucket: object.bucket, objectKey: object.key, versionId: object.versionId };
}
