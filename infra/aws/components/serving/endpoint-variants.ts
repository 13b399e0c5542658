import type { sagemaker } from '@pulumi/aws/types/input.js';
import { isServerless, type VariantSettings } from './problems.ts';

type ProductionVariant = Pick<
  sagemaker.EndpointConfigurationProductionVariant,
  'variantName' | 'modelName' | 'initialVariantWeight' | 'instanceType' | 'initialInstanceCount' | 'serverlessConfig'
>;

/** A variant of an endpoint's configuration, or a shadow of one. */
export function productionVariant(
  variant: VariantSettings,
  modelName: ProductionVariant['modelName'],
): ProductionVariant {
  const { name, weight, instanceType, minInstances } = variant;
  return {
    variantName: name,
    ...(modelName !== undefined && { modelName }),
    initialVariantWeight: weight,
    ...(isServerless(variant)
      ? { serverlessConfig: serverlessConfig(variant) }
      : { ...(instanceType !== undefined && { instanceType }), initialInstanceCount: Math.max(minInstances, 1) }),
  };
}

function serverlessConfig({ memoryMb = 2048, maxConcurrency = 5, provisionedConcurrency }: VariantSettings) {
  const warm = provisionedConcurrency === undefined ? {} : { provisionedConcurrency };
  return { memorySizeInMb: memoryMb, maxConcurrency, ...warm };
}
