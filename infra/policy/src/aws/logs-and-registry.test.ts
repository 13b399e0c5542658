import { describe } from 'vitest';
import { declared, of } from '../testing/declared.ts';
import { dev, testRules } from '../testing/test-rules.ts';
import { logRules, registryRules } from './logs-and-registry.ts';

const logGroup = (inputs: object) => of('aws:cloudwatch/logGroup:LogGroup', { ...inputs });
const repository = declared('aws:ecr/repository:Repository');

describe('logs', () => {
  testRules(logRules, {
    'logs-expire': {
      passes: { 'a month': dev(logGroup({ retentionInDays: 30 })) },
      fails: {
        'retentionInDays is not set': dev(logGroup({})),
        'retentionInDays is 0': dev(logGroup({ retentionInDays: 0 })),
        'retentionInDays is 3653': dev(logGroup({ retentionInDays: 3653 })),
      },
    },
    'function-names-log-group': {
      passes: {
        'one that does': dev(
          of('aws:lambda/function:Function', { loggingConfig: { logFormat: 'JSON', logGroup: '/acme' } }),
        ),
      },
      fails: {
        'has no loggingConfig.logGroup': dev(
          of('aws:lambda/function:Function', { loggingConfig: { logFormat: 'JSON' } }),
        ),
      },
    },
  });
});

describe('registry', () => {
  testRules(registryRules, {
    'registry-images-are-fixed': {
      passes: { 'tags that stay': dev(of('aws:ecr/repository:Repository', { imageTagMutability: 'IMMUTABLE' })) },
      fails: {
        'imageTagMutability is not set': dev(repository),
        'imageTagMutability is MUTABLE': dev(of('aws:ecr/repository:Repository', { imageTagMutability: 'MUTABLE' })),
      },
    },
    'registry-images-are-scanned': {
      passes: {
        'a scan of each': dev(
          of('aws:ecr/repository:Repository', { imageScanningConfiguration: { scanOnPush: true } }),
        ),
      },
      fails: { 'images are not scanned': dev(repository) },
    },
    'registry-images-expire': {
      passes: {
        'a policy': dev(repository, declared('aws:ecr/lifecyclePolicy:LifecyclePolicy', { from: { repository } })),
      },
      fails: { 'has no LifecyclePolicy': dev(repository) },
    },
  });
});
