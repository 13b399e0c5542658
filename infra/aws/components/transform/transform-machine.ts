import type { SettingsOf } from '@ml-platform/conventions';
import type { transformConfig } from './config.ts';

export type TransformJob = SettingsOf<typeof transformConfig>['jobs'][string];

export interface TransformPlace {
  readonly modelName: string;
  readonly bucketName: string;
  readonly keyArn: string;
}

/** Errors of the service, which go away. SageMaker API reference, "Common errors". */
const PASSING = [
  'SageMaker.ThrottlingException',
  'SageMaker.ResourceLimitExceededException',
  'SageMaker.AmazonSageMakerException',
];

/** A state machine of one state: a transform job, and the wait for its end. Each run writes into a folder of its own. */
export function transformMachine(
  name: string,
  job: TransformJob,
  { modelName, bucketName, keyArn }: TransformPlace,
): object {
  const { contentType, splitByLine, joinInput, instanceType, instances, maxConcurrent, maxPayloadMb } = job;
  const lines = splitByLine ? 'Line' : 'None';
  return {
    Comment: `${name}: predictions of ${job.input}`,
    StartAt: 'Transform',
    States: {
      Transform: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sagemaker:createTransformJob.sync',
        Parameters: {
          'TransformJobName.$': `States.Format('${name}-{}', States.UUID())`,
          ModelName: modelName,
          BatchStrategy: splitByLine ? 'MultiRecord' : 'SingleRecord',
          MaxConcurrentTransforms: maxConcurrent,
          MaxPayloadInMB: maxPayloadMb,
          TransformInput: {
            ContentType: contentType,
            SplitType: lines,
            DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${bucketName}/${job.input}` } },
          },
          TransformOutput: {
            'S3OutputPath.$': `States.Format('s3://${bucketName}/${job.output}{}', $$.Execution.Name)`,
            Accept: contentType,
            AssembleWith: lines,
            KmsKeyId: keyArn,
          },
          TransformResources: { InstanceType: instanceType, InstanceCount: instances, VolumeKmsKeyId: keyArn },
          ...(joinInput && { DataProcessing: { JoinSource: 'Input' } }),
        },
        Retry: [{ ErrorEquals: PASSING, IntervalSeconds: 60, MaxAttempts: 5, BackoffRate: 2 }],
        End: true,
      },
    },
  };
}
