import { expect, test } from 'vitest';
import { findRuntimeApi, HELP, readCommandLine, wantsHelp } from './command-line.ts';

const source = { model: 'delays', alias: 'champion', models: 'models' };
const defaults = { source, port: 8080, host: '127.0.0.1', maxPayloadMb: 4, partsOfFiles: false, json: false };

test('flags win over the environment, the environment over defaults', () => {
  expect(readCommandLine(['--model', 'delays'], {})).toEqual(defaults);
  const empty = { PORT: '', HOST: '', SAGEMAKER_BIND_TO_PORT: '', SAGEMAKER_MAX_PAYLOAD_IN_MB: '' };
  expect(readCommandLine(['--model=delays'], empty)).toEqual(defaults);
  const env = { PORT: '9000', HOST: '0.0.0.0', SAGEMAKER_MAX_PAYLOAD_IN_MB: '100' };
  const named = { ...defaults, port: 9000, host: '0.0.0.0', maxPayloadMb: 100 };
  expect(readCommandLine(['--model', 'delays'], env)).toEqual(named);
  expect(readCommandLine(['--model', 'delays'], { ...env, SAGEMAKER_BIND_TO_PORT: '9001' }).port).toBe(9001);
  const flags = ['--model', 'delays', '--alias', '2', '--models', 'm', '--port', '0', '--host', '::1', '--json'];
  expect(readCommandLine([...flags, '--max-payload-mb', '7'], env)).toEqual({
    source: { model: 'delays', alias: '2', models: 'm' },
    port: 0,
    host: '::1',
    maxPayloadMb: 7,
    partsOfFiles: false,
    json: true,
  });
});

test.each([
  [['--model-dir', 'd'], {}, { modelDir: 'd', model: 'model' }],
  [['--model-dir', 'd', '--model', 'delays'], {}, { modelDir: 'd', model: 'delays' }],
  [['serve'], {}, { modelDir: '/opt/ml/model', model: 'model' }],
  [['serve'], { SM_MODEL_DIR: '/m', MODEL_NAME: 'delays' }, { modelDir: '/m', model: 'delays' }],
  [['serve', '--model-dir', 'd'], { SM_MODEL_DIR: '/m' }, { modelDir: 'd', model: 'model' }],
  [['serve', '--model', 'delays'], { SM_MODEL_DIR: '/m' }, source],
  [['serve'], { SAGEMAKER_MULTI_MODEL: 'true' }, 'many'],
  [['serve'], { SAGEMAKER_MULTI_MODEL: 'false' }, { modelDir: '/opt/ml/model', model: 'model' }],
  [[], { AWS_LAMBDA_RUNTIME_API: 'h:1' }, { modelDir: '/opt/ml/model', model: 'model' }],
  [[], { AWS_LAMBDA_RUNTIME_API: 'h:1', SAGEMAKER_MULTI_MODEL: 'true' }, { modelDir: '/opt/ml/model', model: 'model' }],
  [['--model', 'delays'], { AWS_LAMBDA_RUNTIME_API: 'h:1' }, source],
])('%j with %j serves %j', (args, env, expected) => {
  expect(readCommandLine(args, env).source).toEqual(expected);
});

test.each([
  [['serve'], {}, 25],
  [['serve'], { SAGEMAKER_MAX_PAYLOAD_IN_MB: '6' }, 6],
  [['serve'], { SAGEMAKER_MAX_PAYLOAD_IN_MB: '0' }, 500],
  [[], { AWS_LAMBDA_RUNTIME_API: 'h:1' }, 6],
])('%j with %j takes requests of %d MB', (args, env, expected) => {
  expect(readCommandLine(args, env).maxPayloadMb).toBe(expected);
});

test('a batch transform of several records per request sends parts of files', () => {
  expect(readCommandLine(['serve'], { SAGEMAKER_BATCH_STRATEGY: 'MULTI_RECORD' }).partsOfFiles).toBe(true);
  expect(readCommandLine(['serve'], { SAGEMAKER_BATCH_STRATEGY: 'SINGLE_RECORD' }).partsOfFiles).toBe(false);
});

test.each([
  [['--model', 'a'], {}, undefined],
  [['--model', 'a'], { PREDICTION_LOG: '' }, undefined],
  [['--model', 'a'], { PREDICTION_LOG: '/var/log/predictions' }, '/var/log/predictions'],
  [['serve', '--log-predictions', 'p'], { PREDICTION_LOG: 'q' }, 'p'],
])('%j with %j logs predictions in %s', (args, env, expected) => {
  expect(readCommandLine(args, env).logPredictions).toBe(expected);
});

test('Lambda is told by its variable, but for what SageMaker starts', () => {
  expect(findRuntimeApi([], { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001' })).toBe('127.0.0.1:9001');
  expect(findRuntimeApi(['serve'], { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001' })).toBeUndefined();
  expect(findRuntimeApi([], { AWS_LAMBDA_RUNTIME_API: '' })).toBeUndefined();
});

test('help is asked for by one flag, and fits a terminal', () => {
  expect([wantsHelp(['--port', '--help']), wantsHelp(['help'])]).toEqual([true, false]);
  expect(Math.max(...HELP.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
});

test.each([
  [[], {}, 'no model is named'],
  [['--model', 'a', '--port', '70000'], {}, '--port is "70000", expected a number from 0 to 65535'],
  [['--model', 'a', '--port', 'x'], {}, '--port is "x"'],
  [['--model', 'a'], { PORT: '1e3' }, 'PORT is "1e3"'],
  [['serve'], { SAGEMAKER_BIND_TO_PORT: 'x' }, 'SAGEMAKER_BIND_TO_PORT is "x"'],
  [['serve', '--max-payload-mb', '0'], {}, '--max-payload-mb is "0", expected a number from 1 to 500'],
  [['serve'], { SAGEMAKER_MAX_PAYLOAD_IN_MB: '501' }, 'SAGEMAKER_MAX_PAYLOAD_IN_MB is "501"'],
  [['--model-dir', 'd', '--alias', '2'], {}, '--alias is of a registry, but the folder d is served'],
  [['serve', '--models', 'm'], {}, '--models is of a registry, but the folder /opt/ml/model is served'],
  [['--model', 'a', '--log-predictions', ''], {}, '--log-predictions is ""'],
  [['--model', 'a'], { PREDICTION_LOG: 's3://lake/p' }, 'PREDICTION_LOG is "s3://lake/p", expected a folder'],
  [[], { AWS_LAMBDA_RUNTIME_API: 'h:1', PREDICTION_LOG: 'p' }, 'PREDICTION_LOG needs a disk, which Lambda'],
  [['--modle', 'a'], {}, "Unknown option '--modle'"],
  [['a'], {}, "Unexpected argument 'a'"],
  [['serve', 'serve'], {}, "Unexpected argument 'serve'"],
])('%j with %j is refused', (args, env, message) => {
  expect(() => readCommandLine(args, env)).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }),
  );
});
