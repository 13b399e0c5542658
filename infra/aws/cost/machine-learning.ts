import type { Charge, Pricer, PricingFacts } from '@ml-platform/conventions/cost';
import { block, byUse, hourly, type Inputs, listOf, numberOf, scales } from './charges.ts';

const CONFIG = 'aws:sagemaker/endpointConfiguration:EndpointConfiguration';

/** What its config has always running: machines of each variant, shadow ones too. */
const endpoint: Pricer = (resource, facts) => {
  const [config] = facts.behind(resource, 'endpointConfigName', CONFIG);
  if (!config) return [{ what: 'endpoint: its config is not known', idle: undefined }];
  const variants = [
    ...listOf(config.inputs, 'productionVariants'),
    ...listOf(config.inputs, 'shadowProductionVariants'),
  ];
  return variants.map((variant) => variantCharge(variant, facts));
};

/** A serverless variant costs nothing idle, but for what is kept warm of it. */
function variantCharge(variant: Inputs, facts: PricingFacts): Charge {
  const serverless = block(variant, 'serverlessConfig');
  if (serverless.memorySizeInMb !== undefined) {
    const warm = numberOf(serverless.provisionedConcurrency, 0);
    const use = byUse(facts, 'serverless endpoint', 'serverless.time', 'serverless.data');
    return warm === 0 ? use : { ...use, what: 'serverless endpoint kept warm: no price', idle: undefined };
  }
  const type = String(variant.instanceType);
  const least = block(variant, 'managedInstanceScaling').minInstanceCount;
  const count = numberOf(least ?? variant.initialInstanceCount, 1);
  const charge = hourly(facts, `endpoint on ${type}`, type, count);
  const more = charge.idle === undefined ? {} : { scales: scales(facts, `more machines of ${type}`, type) };
  return { ...charge, ...more, commitment: 'machine learning' };
}

const trackingServer: Pricer = ({ inputs }, facts) => {
  const size = String(inputs.trackingServerSize ?? 'Small');
  return [hourly(facts, `tracking server, ${size.toLowerCase()}`, `tracking.${size}`)];
};

/** The online store bills by units; held ready, they bill unused as well. In memory it bills by its size: not here. */
const featureGroup: Pricer = ({ inputs }, facts) => {
  const online = block(inputs, 'onlineStoreConfig');
  const throughput = block(inputs, 'throughputConfig');
  if (online.enableOnlineStore !== true) return [byUse(facts, 'features offline', 'storage')];
  if (online.storageType === 'InMemory') return [{ what: 'features in memory', idle: undefined }];
  if (throughput.throughputMode === 'Provisioned') {
    const units = (key: string) => numberOf(throughput[key], 0);
    return [
      hourly(facts, 'features online, writes', 'feature.writes.provisioned', units('provisionedWriteCapacityUnits')),
      hourly(facts, 'features online, reads', 'feature.reads.provisioned', units('provisionedReadCapacityUnits')),
    ];
  }
  return [byUse(facts, 'features online', 'feature.writes', 'feature.reads', 'feature.storage')];
};

/** Each run takes a machine for some minutes. */
const dataQualityJob: Pricer = ({ inputs }, facts) => {
  const type = String(block(block(inputs, 'jobResources'), 'clusterConfig').instanceType);
  if (facts.find(type) === undefined) return [{ what: `data quality on ${type}: no price`, idle: undefined }];
  return [byUse(facts, `checks of data quality on ${type}`, type)];
};

/** Its jobs are billed, by the machines that its definition names; it is not. */
const pipeline: Pricer = (_, facts) => [byUse(facts, 'pipeline steps on ml.m5.xlarge, for example', 'ml.m5.xlarge')];

const studio: Pricer = (_, facts) => [byUse(facts, 'notebooks on ml.t2.medium, for example', 'ml.t2.medium', 'files')];

export const MACHINE_LEARNING: Readonly<Record<string, Pricer>> = {
  'aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition': dataQualityJob,
  'aws:sagemaker/domain:Domain': studio,
  'aws:sagemaker/endpoint:Endpoint': endpoint,
  'aws:sagemaker/featureGroup:FeatureGroup': featureGroup,
  'aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer': trackingServer,
  'aws:sagemaker/pipeline:Pipeline': pipeline,
};
