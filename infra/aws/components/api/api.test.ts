import { describe, expect, test } from 'vitest';
import { type ComponentRun, runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import type { Backend } from '../serving/backend.ts';
import { Api, type ApiArgs } from './api.ts';
import { apiConfig, apiProblems } from './config.ts';

const { dev, prod } = apiConfig.defaults;
const BODY = { type: 'object', required: ['instances'] };
const ARGS: ApiArgs = {
  ...prod,
  firewall: false,
  context: TEST_CONTEXT,
  routes: [{ method: 'POST', path: '/predict', body: BODY }],
  vpcId: 'vpc-1',
  privateSubnetIds: ['subnet-a', 'subnet-b'],
  logsKeyArn: 'arn:aws:kms:eu-central-1:111111111111:key/logs',
};
const ENDPOINT: Backend = { kind: 'endpoint', endpointName: 'acme-dev-serving' };

const run = (args: Partial<ApiArgs>) =>
  runComponent((options) => {
    const { url, keyIds } = new Api('acme-dev-api', { ...ARGS, ...args }, options);
    return { ...(url && { url }), keyIds };
  });

const method = ({ one }: ComponentRun) => one('aws:apigateway/method:Method').inputs;
const integration = ({ one }: ComponentRun) => one('aws:apigateway/integration:Integration').inputs;

test('switched off there is none', async () => {
  const { resources } = await run({ enabled: dev.enabled });
  expect(resources.filter(({ isCustom }) => isCustom)).toHaveLength(1);
});

describe('what answers', () => {
  test('until something serves, a request is told that no model has been deployed', async () => {
    const made = await run({});
    expect(integration(made)).toMatchObject({
      type: 'MOCK',
      requestTemplates: { 'application/json': '{"statusCode":503}' },
    });
    const response = made.one('aws:apigateway/integrationResponse:IntegrationResponse').inputs;
    expect(response.statusCode).toBe('503');
    const { error } = JSON.parse(String((response.responseTemplates as Record<string, string>)['application/json']));
    expect(error.message).toBe('no model has been deployed yet');
  });

  test('an endpoint is asked by a role that may ask just that', async () => {
    const made = await run({ backend: ENDPOINT });
    expect(integration(made)).toMatchObject({
      type: 'AWS',
      uri: 'arn:aws:apigateway:eu-central-1:runtime.sagemaker:path/endpoints/acme-dev-serving/invocations',
    });
    const policy = JSON.parse(String(made.one('aws:iam/rolePolicy:RolePolicy').inputs.policy));
    expect(policy.Statement).toMatchObject([
      {
        Action: ['sagemaker:InvokeEndpoint'],
        Resource: ['arn:aws:sagemaker:eu-central-1:111111111111:endpoint/acme-dev-serving'],
      },
    ]);
    const codes = made
      .all('aws:apigateway/integrationResponse:IntegrationResponse')
      .map(({ inputs }) => inputs.statusCode);
    expect(codes).toEqual(['200', '400', '503']);
  });

  test('a load balancer is reached through the network, by the name on its certificate', async () => {
    const backend: Backend = {
      kind: 'load-balancer',
      loadBalancerArn: 'arn:aws:elasticloadbalancing:eu-central-1:111111111111:loadbalancer/app/x/1',
      hostName: 'models.acme.example',
      securityGroupId: 'sg-balancer',
    };
    const made = await run({ backend });
    expect(integration(made)).toMatchObject({
      type: 'HTTP_PROXY',
      connectionType: 'VPC_LINK',
      integrationTarget: backend.loadBalancerArn,
      uri: 'https://models.acme.example:443/predict',
    });
    expect(made.one('aws:apigatewayv2/vpcLink:VpcLink').inputs.subnetIds).toEqual(['subnet-a', 'subnet-b']);
    expect(made.one('aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule').inputs).toMatchObject({
      referencedSecurityGroupId: 'sg-balancer',
      fromPort: 443,
    });
  });

  test('what is in a path goes on to the load balancer', async () => {
    const backend: Backend = {
      kind: 'load-balancer',
      loadBalancerArn: 'arn:lb',
      hostName: 'a.example',
      securityGroupId: 'sg',
    };
    const made = await run({ backend, routes: [{ method: 'POST', path: '/v2/models/{model}/infer' }] });
    expect(method(made).requestParameters).toEqual({ 'method.request.path.model': true });
    expect(integration(made).requestParameters).toEqual({
      'integration.request.path.model': 'method.request.path.model',
    });
  });

  test('a function is called by this route of this API alone', async () => {
    const backend: Backend = { kind: 'function', functionName: 'server', aliasName: 'live', invokeArn: 'arn:invoke' };
    const made = await run({ backend });
    expect(integration(made)).toMatchObject({ type: 'AWS_PROXY', integrationHttpMethod: 'POST', uri: 'arn:invoke' });
    expect(made.one('aws:lambda/permission:Permission').inputs).toMatchObject({
      function: 'server',
      qualifier: 'live',
      sourceAccount: '111111111111',
      sourceArn: expect.stringMatching(/:.*\/\*\/POST\/predict$/),
    });
  });
});

test('a route is a method and a path of words and parameters', () => {
  const { routes } = apiConfig.schema.shape;
  expect(routes.safeParse(['POST /predict', 'GET /v2/models/{model}/ready']).success).toBe(true);
  for (const route of ['PUT /predict', 'POST predict', 'POST /a/', 'POST /A', 'POST /a?b']) {
    expect(routes.safeParse([route]).success, route).toBe(false);
  }
});

describe('who may ask', () => {
  test('roles, by default', async () => {
    expect(method(await run({}))).toMatchObject({ authorization: 'AWS_IAM', apiKeyRequired: false });
  });

  test('users of a pool, with scopes', async () => {
    const pool = 'arn:aws:cognito-idp:eu-central-1:111111111111:userpool/eu-central-1_1';
    const made = await run({ authorization: 'cognito', userPoolArns: [pool], scopes: ['models/predict'] });
    expect(method(made)).toMatchObject({
      authorization: 'COGNITO_USER_POOLS',
      authorizationScopes: ['models/predict'],
    });
    expect(made.one('aws:apigateway/authorizer:Authorizer').inputs.providerArns).toEqual([pool]);
  });

  test('holders of a token that a function checks', async () => {
    const authorizerFunctionArn = 'arn:aws:lambda:eu-central-1:111111111111:function:check';
    const made = await run({ authorization: 'jwt', authorizerFunctionArn });
    expect(method(made).authorization).toBe('CUSTOM');
    expect(made.one('aws:apigateway/authorizer:Authorizer').inputs).toMatchObject({
      type: 'TOKEN',
      authorizerUri: expect.stringContaining(`${authorizerFunctionArn}/invocations`),
      authorizerResultTtlInSeconds: 300,
    });
  });

  test('holders of a key, each as much as its plan says; the keys are secret', async () => {
    const consumers = { mobile: { ratePerSecond: 5, burst: 10, quota: 1000, period: 'DAY' as const } };
    const made = await run({ consumers });
    expect(method(made).apiKeyRequired).toBe(true);
    expect(made.one('aws:apigateway/apiKey:ApiKey').options.additionalSecretOutputs).toContain('value');
    expect(made.one('aws:apigateway/usagePlan:UsagePlan').inputs).toMatchObject({
      apiStages: [{ stage: 'live' }],
      throttleSettings: { rateLimit: 5, burstLimit: 10 },
      quotaSettings: { limit: 1000, period: 'DAY' },
    });
    expect(made.one('aws:apigateway/usagePlanKey:UsagePlanKey').inputs.keyType).toBe('API_KEY');
    expect(Object.keys(made.outputs.keyIds as object)).toEqual(['mobile']);
  });
});

describe('requests', () => {
  test('are checked by the model of their body', async () => {
    const made = await run({});
    const model = made.one('aws:apigateway/model:Model').inputs;
    expect(model).toMatchObject({ name: 'PostPredict', contentType: 'application/json', schema: JSON.stringify(BODY) });
    expect(method(made).requestModels).toEqual({ 'application/json': 'PostPredict' });
    expect(made.one('aws:apigateway/requestValidator:RequestValidator').inputs.validateRequestBody).toBe(true);
    const responses = made.all('aws:apigateway/response:Response').map(({ inputs }) => inputs.responseType);
    expect(responses).toContain('BAD_REQUEST_BODY');
  });

  test('of routes that share a part of their path share its resource', async () => {
    const routes = [
      { method: 'POST' as const, path: '/v2/models/infer' },
      { method: 'GET' as const, path: '/v2/models' },
    ];
    const { all } = await run({ routes });
    expect(all('aws:apigateway/resource:Resource').map(({ inputs }) => inputs.pathPart)).toEqual([
      'v2',
      'models',
      'infer',
    ]);
    expect(all('aws:apigateway/model:Model')).toEqual([]);
  });

  test('are throttled, and logged without what is in them', async () => {
    const { one } = await run({});
    expect(one('aws:apigateway/methodSettings:MethodSettings').inputs).toMatchObject({
      methodPath: '*/*',
      settings: { throttlingRateLimit: 200, throttlingBurstLimit: 400, dataTraceEnabled: false },
    });
    const stage = one('aws:apigateway/stage:Stage').inputs;
    expect((stage.accessLogSettings as { format: string }).format).toContain('$context.requestId');
    expect(one('aws:cloudwatch/logGroup:LogGroup').inputs).toMatchObject({
      name: '/acme-dev/api',
      retentionInDays: 365,
    });
  });
});

describe('a deployment', () => {
  const hash = ({ one }: ComponentRun) => {
    const { triggers } = one('aws:apigateway/deployment:Deployment').inputs;
    return (triggers as { definition: string }).definition;
  };

  test('is made anew when anything of the API changes, and only then', async () => {
    const first = hash(await run({}));
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(hash(await run({ ratePerSecond: 1 }))).toBe(first);
    const others: readonly Partial<ApiArgs>[] = [
      { backend: ENDPOINT },
      { routes: [{ method: 'POST', path: '/predict', body: { type: 'array' } }] },
      { consumers: { mobile: { ratePerSecond: 5, burst: 10, quota: 1000, period: 'DAY' } } },
    ];
    const hashes = await others.reduce<Promise<string[]>>(
      async (before, args) => {
        return [...(await before), hash(await run(args))];
      },
      Promise.resolve([first]),
    );
    expect(new Set(hashes).size).toBe(4);
  });

  test('waits for every method and answer, and is kept for a stage that still points at it', async () => {
    const { one, all } = await run({});
    const deployment = one('aws:apigateway/deployment:Deployment');
    for (const type of ['method:Method', 'integration:Integration', 'integrationResponse:IntegrationResponse']) {
      expect(deployment.dependencies).toContain(one(`aws:apigateway/${type}`).urn);
    }
    expect(all('aws:apigateway/response:Response').every(({ urn }) => deployment.dependencies.includes(urn))).toBe(
      true,
    );
    expect(deployment.options.retainOnDelete).toBe(false);
  });

  test('goes to a share of the requests where config says so, the stage stays at the one before', async () => {
    const stage = async (canaryPercent: number) => (await run({ canaryPercent })).one('aws:apigateway/stage:Stage');
    const canary = await stage(10);
    const kept = (await run({ canaryPercent: 10 })).one('aws:apigateway/deployment:Deployment');
    expect(kept.options.retainOnDelete).toBe(true);
    expect(canary.inputs.canarySettings).toMatchObject({ percentTraffic: 10, deploymentId: expect.any(String) });
    expect(canary.options.ignoreChanges).toEqual(['deployment']);
    const all = await stage(0);
    expect(all.inputs.canarySettings).toBeUndefined();
    expect(all.options.ignoreChanges).toEqual([]);
  });
});

test('with a name of its own it is reached by that alone, over TLS 1.2', async () => {
  const certificateArn = 'arn:aws:acm:eu-central-1:111111111111:certificate/1';
  const { one, outputs } = await run({ domainName: 'api.acme.example', certificateArn });
  expect(one('aws:apigateway/restApi:RestApi').inputs.disableExecuteApiEndpoint).toBe(true);
  expect(one('aws:apigateway/domainName:DomainName').inputs).toMatchObject({ securityPolicy: 'TLS_1_2' });
  expect(one('aws:apigateway/basePathMapping:BasePathMapping').inputs).toMatchObject({ stageName: 'live' });
  expect(outputs.url).toBe('https://api.acme.example');
});

test('a firewall stands before it where config says so', async () => {
  const { one } = await run({ firewall: true });
  expect(one('aws:wafv2/webAcl:WebAcl').inputs.scope).toBe('REGIONAL');
  expect(one('aws:wafv2/webAclAssociation:WebAclAssociation').inputs.resourceArn).toContain('apigateway');
  expect((await run({})).all('aws:wafv2/webAcl:WebAcl')).toEqual([]);
});

describe('what does not go together is a problem', () => {
  const keys = (settings: Partial<typeof prod>) => apiProblems({ ...prod, ...settings }).map(({ key }) => key);

  test.each([
    ['nothing', {}, []],
    ['an API that anybody may ask', { authorization: 'none' as const }, ['api.authorization']],
    ['no pool', { authorization: 'cognito' as const }, ['api.userPoolArns']],
    ['no function', { authorization: 'jwt' as const }, ['api.authorizerFunctionArn']],
    ['a name without a certificate', { domainName: 'api.acme.example' }, ['api.certificateArn']],
    ['routes that differ in signs', { routes: ['POST /a-b', 'POST /a/b'] }, ['api.routes']],
    ['a route twice', { routes: ['POST /predict', 'POST /predict'] }, ['api.routes']],
    ['an API that is off', { enabled: false, authorization: 'none' as const }, []],
  ])('%s', (_, settings, wanted) => {
    expect(keys(settings)).toEqual(wanted);
  });
});
