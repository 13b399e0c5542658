import { parseDuration, type StepDocument } from '@ml-platform/pipeline';
import { timeoutOfAllRuns } from '../timeout.ts';
import type { Form } from './form.ts';
import type { JobParts } from './job.ts';
import { inStore } from './lake.ts';
import { METRICS } from './limits.ts';

/** SageMaker's own, where a job says none; a spot job has to say it. */
const DAY = 86_400;

/** The request of CreateTrainingJob, less its name, role and tags. */
export function trainingJob({ step, settings, entrypoint, args }: JobParts, { instance, volume, hasOwnDisk }: Form) {
  const { images, network, kmsKey, lake } = settings;
  return {
    AlgorithmSpecification: {
      TrainingImage: images[step.runner.language],
      TrainingInputMode: 'File',
      ContainerEntrypoint: entrypoint,
      ContainerArguments: args,
      ...metricDefinitions(step),
    },
    OutputDataConfig: {
      S3OutputPath: inStore(lake, `jobs/${step.name}`),
      ...(kmsKey !== undefined && { KmsKeyId: kmsKey }),
    },
    ResourceConfig: {
      InstanceType: instance,
      InstanceCount: 1,
      VolumeSizeInGB: volume,
      ...(kmsKey !== undefined && !hasOwnDisk && { VolumeKmsKeyId: kmsKey }),
    },
    ...runTime(step, settings.spotWait),
    ...(step.spot && {
      EnableManagedSpotTraining: true,
      CheckpointConfig: { S3Uri: inStore(lake, `checkpoints/${step.name}`) },
    }),
    ...(network && { VpcConfig: { SecurityGroupIds: network.securityGroups, Subnets: network.subnets } }),
  };
}

function runTime(step: StepDocument, spotWait = '1d') {
  const MaxRuntimeInSeconds = timeoutOfAllRuns(step) ?? DAY;
  const wait = step.spot && { MaxWaitTimeInSeconds: MaxRuntimeInSeconds + (parseDuration(spotWait) ?? DAY) };
  return { StoppingCondition: { MaxRuntimeInSeconds, ...wait } };
}

/** Metrics out of the log, where the step runner prints `metric OUTPUT.NAME=VALUE`; that of this name comes first. */
export function metricDefinitions({ outputs }: StepDocument, first?: string) {
  const names = Object.entries(outputs).flatMap(([output, { metrics = [] }]) =>
    metrics.map((metric) => `${output}.${metric}`),
  );
  const definitions = [...names.filter((name) => name === first), ...names.filter((name) => name !== first)]
    .map((Name) => ({ Name, Regex: `metric ${Name.replace(/[^\w ]/g, '\\$&')}=([-+0-9.eE]+)` }))
    .filter(({ Name, Regex }) => Name.length <= METRICS.name && Regex.length <= METRICS.regex)
    .slice(0, METRICS.count);
  return definitions.length > 0 ? { MetricDefinitions: definitions } : {};
}
