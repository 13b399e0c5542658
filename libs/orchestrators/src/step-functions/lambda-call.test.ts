import { expect, test } from 'vitest';
import { alone, stateOf, textOf } from './testing/compiled.ts';
import { on } from './testing/settings.ts';

const LAMBDA = on('lambda');
const small = {
  ...LAMBDA,
  lambda: { functions: { typescript: 'node', python: 'python' }, memory: '2Gi', disk: '512Mi' },
};

test('a call hands the words of the command on, and tries again where the service fails', () => {
  expect(stateOf({ timeout: '15m', resources: { cpu: 5, memory: '10Gi', disk: '10Gi' } }, LAMBDA)).toEqual({
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: {
      FunctionName: 'step-node',
      Payload: {
        'command.$':
          "States.Array('--pipeline', 'src/pipeline.ts', '--step', 'step-0', '--store', States.Format('s3://lake/runs/{}', $$.Execution.Name), '--params-json', $.params)",
      },
    },
    Retry: [
      {
        ErrorEquals: [
          'Lambda.ClientExecutionTimeoutException',
          'Lambda.ServiceException',
          'Lambda.AWSLambdaException',
          'Lambda.SdkClientException',
          'Lambda.TooManyRequestsException',
        ],
        IntervalSeconds: 2,
        MaxAttempts: 6,
        BackoffRate: 2,
      },
    ],
    ResultPath: null,
    End: true,
    OutputPath: '$.ran',
  });
});

const QUOTAS = '(source: AWS Lambda developer guide, "Lambda quotas")';

test.each<[Parameters<typeof alone>[0], string]>([
  [{ timeout: '16m' }, `timeout is 16m; AWS Lambda runs a function for at most 15 minutes ${QUOTAS}`],
  [
    { resources: { memory: '10241Mi' } },
    `resources.memory is 10241Mi; a function of AWS Lambda has at most 10240Mi ${QUOTAS}`,
  ],
  [{ resources: { disk: '11Gi' } }, `resources.disk is 11Gi; a function of AWS Lambda has at most 10240Mi ${QUOTAS}`],
  [{ resources: { cpu: 6 } }, 'resources.cpu is 6; AWS Lambda gives one CPU per 1769Mi of at most 10240Mi'],
  [
    { resources: { accelerator: { type: 'nvidia-t4', count: 1 } } },
    'resources.accelerator.type is nvidia-t4; a function of AWS Lambda has none',
  ],
  [{ spot: true }, 'spot is true; AWS Lambda has no machines that can be taken away (source: AWS Lambda developer'],
])('%j is refused', (fields, message) => {
  expect(() => textOf(alone(fields), LAMBDA)).toThrow(`pipeline 'random', step 'step-0': ${message}`);
});

test.each<[Parameters<typeof alone>[0], string]>([
  [{ resources: { memory: '3Gi' } }, 'asks for 3072Mi of memory, and the functions of the settings have 2Gi'],
  [{ resources: { cpu: 2 } }, 'asks for 3538Mi of memory, and the functions of the settings have 2Gi'],
  [{ resources: { disk: '1Gi' } }, 'asks for 1024Mi of disk, and the functions of the settings have 512Mi'],
])('%j is more than the functions have', (fields, message) => {
  expect(() => textOf(alone(fields), small)).toThrow(`step 'step-0' ${message}`);
});
