import { describe } from 'vitest';
import type { ResourceFacts } from '../rule.ts';
import { declared, of } from '../testing/declared.ts';
import { dev, testRules } from '../testing/test-rules.ts';
import { apiRules, isolationRules } from './api.ts';

const method = (inputs: object) => of('aws:apigateway/method:Method', { ...inputs });
const api = (document: object) => of('aws:apigateway/restApi:RestApi', { body: JSON.stringify(document) });
const stage = declared('aws:apigateway/stage:Stage', { inputs: { stageName: 'v1' } });
const settings = (methodPath: string, throttlingRateLimit: number) => {
  const inputs = { methodPath, settings: { throttlingRateLimit, throttlingBurstLimit: 20 } };
  return declared('aws:apigateway/methodSettings:MethodSettings', { inputs, from: { stageName: stage } });
};
const httpStage = (defaultRouteSettings: object) => of('aws:apigatewayv2/stage:Stage', { defaultRouteSettings });
const plan = (inputs: object) => of('aws:apigateway/usagePlan:UsagePlan', { ...inputs });
const model = (inputs: object) => of('aws:sagemaker/model:Model', { ...inputs });

const endpoint = (of: ResourceFacts, variant: object) => {
  const type = 'aws:sagemaker/endpointConfiguration:EndpointConfiguration';
  return declared(type, { inputs: { productionVariants: [variant] }, from: { productionVariants: of } });
};

describe('API', () => {
  testRules(apiRules, {
    'api-method-knows-caller': {
      passes: {
        'a key': dev(method({ httpMethod: 'POST', authorization: 'NONE', apiKeyRequired: true })),
        'an authorizer': dev(method({ httpMethod: 'POST', authorization: 'CUSTOM', authorizerId: 'a' })),
        'a preflight': dev(method({ httpMethod: 'OPTIONS', authorization: 'NONE' })),
        'a route with tokens': dev(
          of('aws:apigatewayv2/route:Route', { routeKey: 'POST /x', authorizationType: 'JWT' }),
        ),
      },
      fails: {
        'lets anybody call it': dev(method({ httpMethod: 'POST', authorization: 'NONE' })),
        'lets anybody call it; lets anybody call it': dev(
          of('aws:apigatewayv2/route:Route', { routeKey: 'POST /x' }),
          of('aws:apigatewayv2/route:Route', { routeKey: '$default', authorizationType: 'NONE' }),
        ),
      },
    },
    'api-document-knows-caller': {
      passes: {
        'a requirement for all': dev(api({ security: [{ key: [] }], paths: { '/predict': { post: {} } } })),
        'one of each operation': dev(api({ paths: { '/predict': { post: { security: [{ key: [] }] } } } })),
        'a preflight': dev(api({ paths: { '/predict': { options: {} } } })),
      },
      fails: {
        'lets anybody call POST /predict': dev(api({ paths: { '/predict': { post: {} } } })),
        'lets anybody call GET /health': dev(
          api({ security: [{ key: [] }], paths: { '/health': { get: { security: [] } }, '/predict': { post: {} } } }),
        ),
      },
    },
    'function-url-knows-caller': {
      passes: { 'signed calls': dev(of('aws:lambda/functionUrl:FunctionUrl', { authorizationType: 'AWS_IAM' })) },
      fails: { 'lets anybody call it': dev(of('aws:lambda/functionUrl:FunctionUrl', { authorizationType: 'NONE' })) },
    },
    'api-stage-is-throttled': {
      passes: {
        'limits of all methods': dev(stage, settings('*/*', 100)),
        'limits of all routes': dev(httpStage({ throttlingRateLimit: 0.5, throttlingBurstLimit: 1 })),
      },
      fails: {
        'has no throttling of all methods': dev(stage, settings('predict/POST', 100)),
        'has no throttling of all methods; has no throttling of all methods': dev(
          stage,
          settings('*/*', -1),
          httpStage({ throttlingRateLimit: 10 }),
        ),
      },
    },
    'usage-plan-is-throttled': {
      passes: { 'limits of the plan': dev(plan({ throttleSettings: { rateLimit: 10, burstLimit: 20 } })) },
      fails: { 'has no throttleSettings': dev(plan({ quotaSettings: { limit: 1000, period: 'DAY' } })) },
    },
  });
});

describe('isolation', () => {
  testRules(isolationRules, {
    'model-is-isolated': {
      passes: {
        'a serverless endpoint': dev(model({}), endpoint(model({}), { serverlessConfig: { maxConcurrency: 5 } })),
        'no network': dev(model({ enableNetworkIsolation: true })),
        'a private network': dev(model({ vpcConfig: { subnets: ['subnet-1'], securityGroupIds: ['sg-1'] } })),
      },
      fails: {
        'may reach the internet': dev(model({ enableNetworkIsolation: false })),
        'may reach the internet; may reach the internet': dev(
          model({}),
          endpoint(model({}), { instanceType: 'ml.m5.large' }),
          model({}),
        ),
      },
    },
  });
});
