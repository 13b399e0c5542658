import { type PipelineDocument, readOutputs, type StepDocument } from '@ml-platform/pipeline';
import { timeoutOfAllRuns } from '../timeout.ts';
import type { Form } from './form.ts';
import type { JobParts } from './job.ts';
import { type OutputReference, outputPlace } from './lake.ts';
import type { SageMakerSettings } from './settings.ts';

/** SageMaker API reference, CreateProcessingJob: ProcessingInputs, ProcessingOutputConfig. */
const MOST_CHANNELS = 10;

/** The request of CreateProcessingJob, less its name, role and tags. */
export function processingJob(
  { document, step, settings, entrypoint, args }: JobParts,
  { instance, volume, hasOwnDisk }: Form,
) {
  const { images, network, kmsKey } = settings;
  const timeout = timeoutOfAllRuns(step);
  return {
    ProcessingResources: {
      ClusterConfig: {
        InstanceType: instance,
        InstanceCount: 1,
        VolumeSizeInGB: volume,
        ...(kmsKey !== undefined && !hasOwnDisk && { VolumeKmsKeyId: kmsKey }),
      },
    },
    AppSpecification: {
      ImageUri: images[step.runner.language],
      ContainerEntrypoint: entrypoint,
      ContainerArguments: args,
    },
    ...processingInputs(document, step, settings.lake),
    ...processingOutputs(document, step, settings),
    ...(timeout !== undefined && { StoppingCondition: { MaxRuntimeInSeconds: timeout } }),
    ...(network && {
      NetworkConfig: { VpcConfig: { SecurityGroupIds: network.securityGroups, Subnets: network.subnets } },
    }),
  };
}

/** For the lineage alone: the step runner moves the files. */
function processingInputs(document: PipelineDocument, step: StepDocument, lake: string) {
  const read = new Map(readOutputs(step).map((reference) => [channelOf(reference), reference]));
  const inputs = [...read].slice(0, MOST_CHANNELS).map(([InputName, reference]) => ({
    InputName,
    AppManaged: true,
    S3Input: {
      S3Uri: outputPlace(document, lake, reference),
      S3DataType: 'S3Prefix',
      S3InputMode: 'File',
    },
  }));
  return inputs.length > 0 ? { ProcessingInputs: inputs } : {};
}

function processingOutputs(
  document: PipelineDocument,
  { name, outputs }: StepDocument,
  { lake, kmsKey }: SageMakerSettings,
) {
  const channels = Object.keys(outputs)
    .slice(0, MOST_CHANNELS)
    .map((OutputName) => ({
      OutputName,
      AppManaged: true,
      S3Output: { S3Uri: outputPlace(document, lake, { step: name, output: OutputName }), S3UploadMode: 'EndOfJob' },
    }));
  if (channels.length === 0) return {};
  return { ProcessingOutputConfig: { Outputs: channels, ...(kmsKey !== undefined && { KmsKeyId: kmsKey }) } };
}

/** Steps have hyphens in their names and outputs underscores, so no two are alike. */
function channelOf({ step, output }: OutputReference): string {
  return `${step}_${output}`;
}
