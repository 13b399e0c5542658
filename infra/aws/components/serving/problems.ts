import type { Problem, SettingsOf } from '@ml-platform/conventions';
import type { servingConfig } from './config.ts';

export type ServingSettings = SettingsOf<typeof servingConfig>;
export type VariantSettings = ServingSettings['variants'][number];

export function isServerless({ memoryMb }: VariantSettings): boolean {
  return memoryMb !== undefined;
}

/** What doesn't go together in the way that requests are answered. */
export function servingProblems(serving: ServingSettings): Problem[] {
  const found = {
    endpoint: () => [...endpointProblems(serving), ...variantProblems(serving), ...serverlessProblems(serving)],
    fargate: () => fargateProblems(serving),
    lambda: () => lambdaProblems(serving),
    none: () => [],
  };
  return found[serving.kind]().map((problem) => ({ ...problem, key: `serving.${problem.key}` }));
}

function endpointProblems(serving: ServingSettings): Problem[] {
  const { variants, shadowVariants, multiModel, modelData, asyncConcurrency } = serving;
  const names = [...variants, ...shadowVariants].map(({ name }) => name);
  return listOf(
    variants.length === 0 && { key: 'variants', value: variants, expected: 'one at least' },
    new Set(names).size < names.length && { key: 'variants', value: names, expected: 'a name of its own for each' },
    multiModel &&
      modelData !== undefined &&
      !modelData.endsWith('/') && {
        key: 'modelData',
        value: modelData,
        expected: 'a prefix that ends with / for several models',
      },
    asyncConcurrency > 0 &&
      shadowVariants.length > 0 && {
        key: 'shadowVariants',
        value: names,
        expected: 'none with async answers: https://docs.aws.amazon.com/sagemaker/latest/dg/shadow-tests.html',
      },
    asyncConcurrency > 0 && multiModel && { key: 'multiModel', value: true, expected: 'false with async answers' },
  );
}

function variantProblems({ variants, shadowVariants, asyncConcurrency }: ServingSettings): Problem[] {
  const check = (list: string, all: readonly VariantSettings[]) =>
    all.flatMap((variant, index) => {
      const key = (field: string) => `${list}.${index}.${field}`;
      const { instanceType, minInstances, maxInstances } = variant;
      if (isServerless(variant)) return [];
      return listOf(
        instanceType === undefined && { key: key('instanceType'), expected: 'a machine, or memoryMb to be serverless' },
        minInstances > maxInstances && {
          key: key('minInstances'),
          value: minInstances,
          expected: `${maxInstances} at most`,
        },
        minInstances === 0 &&
          asyncConcurrency === 0 && {
            key: key('minInstances'),
            value: 0,
            expected: '1 at least, but with async answers',
          },
      );
    });
  return [...check('variants', variants), ...check('shadowVariants', shadowVariants)];
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html, "Feature exclusions" */
function serverlessProblems(serving: ServingSettings): Problem[] {
  const { variants, shadowVariants, multiModel, capturePercent, asyncConcurrency, networkIsolation, traffic } = serving;
  if (![...variants, ...shadowVariants].some(isServerless)) return [];
  const without = 'with a serverless variant';
  return listOf(
    variants.length > 1 && { key: 'variants', value: variants.length, expected: `the one alone ${without}` },
    shadowVariants.length > 0 && { key: 'shadowVariants', value: shadowVariants.length, expected: `none ${without}` },
    multiModel && { key: 'multiModel', value: true, expected: `false ${without}` },
    capturePercent > 0 && { key: 'capturePercent', value: capturePercent, expected: `0 ${without}` },
    asyncConcurrency > 0 && { key: 'asyncConcurrency', value: asyncConcurrency, expected: `0 ${without}` },
    networkIsolation && { key: 'networkIsolation', value: true, expected: `false ${without}` },
    traffic !== 'all-at-once' && { key: 'traffic', value: traffic, expected: `all-at-once ${without}` },
  );
}

function fargateProblems({ certificateArn, hostName, minTasks, maxTasks, cpu, memoryMb }: ServingSettings): Problem[] {
  const sizes = FARGATE_MEMORY[cpu];
  const fits = memoryMb >= sizes.least && memoryMb <= sizes.most && memoryMb % sizes.step === 0;
  return listOf(
    certificateArn === undefined && {
      key: 'certificateArn',
      expected: 'the ARN of a certificate: the load balancer speaks TLS alone',
    },
    hostName === undefined && { key: 'hostName', expected: 'a name that the certificate is for' },
    minTasks > maxTasks && { key: 'minTasks', value: minTasks, expected: `maxTasks, ${maxTasks}, at most` },
    !(fits || (cpu === 256 && memoryMb === 512)) && {
      key: 'memoryMb',
      value: memoryMb,
      expected: `${sizes.least} to ${sizes.most} in steps of ${sizes.step} with cpu ${cpu}`,
    },
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html, "Task CPU and memory" */
const FARGATE_MEMORY = {
  256: { least: 1024, most: 2048, step: 1024 },
  512: { least: 1024, most: 4096, step: 1024 },
  1024: { least: 2048, most: 8192, step: 1024 },
  2048: { least: 4096, most: 16_384, step: 1024 },
  4096: { least: 8192, most: 30_720, step: 1024 },
  8192: { least: 16_384, most: 61_440, step: 4096 },
} as const;

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LAMBDA_MEMORY = 10_240;

function lambdaProblems({ memoryMb, reservedConcurrency, provisionedConcurrency }: ServingSettings): Problem[] {
  return listOf(
    memoryMb > LAMBDA_MEMORY && { key: 'memoryMb', value: memoryMb, expected: `${LAMBDA_MEMORY} at most with Lambda` },
    reservedConcurrency >= 0 &&
      provisionedConcurrency > reservedConcurrency && {
        key: 'provisionedConcurrency',
        value: provisionedConcurrency,
        expected: `reservedConcurrency, ${reservedConcurrency}, at most`,
      },
  );
}

function listOf(...problems: readonly (Problem | false)[]): Problem[] {
  return problems.filter((problem) => problem !== false);
}
