import { companions, each, type Rule } from '../rule.ts';
import { holds, isSet, isTrue, isUnknown, valueAt } from '../values.ts';

/** So long may logs be kept, in days: 13 months, so that a year can be compared with the one before. */
const LONGEST_RETENTION = 400;

const logsExpire: Rule = {
  name: 'logs-expire',
  description: `Logs without an end cost forever, and may hold personal data. Set retentionInDays, at most ${LONGEST_RETENTION}.`,
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:cloudwatch/logGroup:LogGroup', (group) => {
    const days = group.inputs.retentionInDays;
    const isBounded = holds(days, (known) => Number(known) > 0 && Number(known) <= LONGEST_RETENTION);
    return isBounded ? undefined : `retentionInDays is ${days ?? 'not set'}`;
  }),
};

const functionsNameLogGroup: Rule = {
  name: 'function-names-log-group',
  description:
    'A function without one makes a log group itself, which has no end and no key. Make a LogGroup and pass it as ' +
    'loggingConfig.logGroup.',
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:lambda/function:Function', (lambda) => {
    return isSet(valueAt(lambda, 'loggingConfig.logGroup')) ? undefined : 'has no loggingConfig.logGroup';
  }),
};

const imagesAreFixed: Rule = {
  name: 'registry-images-are-fixed',
  description: 'A tag that can be moved makes a tested image another one. Set imageTagMutability IMMUTABLE.',
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:ecr/repository:Repository', ({ inputs: { imageTagMutability } }) => {
    const isFixed = isUnknown(imageTagMutability) || imageTagMutability === 'IMMUTABLE';
    return isFixed ? undefined : `imageTagMutability is ${imageTagMutability ?? 'not set'}`;
  }),
};

const imagesAreScanned: Rule = {
  name: 'registry-images-are-scanned',
  description: 'Known holes come in with base images. Set imageScanningConfiguration.scanOnPush.',
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:ecr/repository:Repository', (repository) => {
    return isTrue(valueAt(repository, 'imageScanningConfiguration.scanOnPush')) ? undefined : 'images are not scanned';
  }),
};

const imagesExpire: Rule = {
  name: 'registry-images-expire',
  description: 'Each build leaves an image that is paid for each month. Give each repository a LifecyclePolicy.',
  level: 'mandatory',
  scope: 'stack',
  ...each('aws:ecr/repository:Repository', (repository, stack) => {
    const [policy] = companions(stack, repository, 'aws:ecr/lifecyclePolicy:LifecyclePolicy', 'repository');
    return policy ? undefined : 'has no LifecyclePolicy';
  }),
};

export const logRules = [logsExpire, functionsNameLogGroup];
export const registryRules = [imagesAreFixed, imagesAreScanned, imagesExpire];
