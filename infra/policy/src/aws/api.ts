import { companions, each, type ResourceFacts, type Rule, type StackFacts } from '../rule.ts';
import { isAtLeast, isSet, isTrue, isUnknown, valueAt, valuesAt } from '../values.ts';

const methodsKnowTheCaller: Rule = {
  name: 'api-method-knows-caller',
  description:
    'A method that anybody may call is paid for by you. Set an authorization or apiKeyRequired on each one; only OPTIONS, which ' +
    'browsers send without credentials, is open.',
  level: 'mandatory',
  scope: 'resource',
  ...each(['aws:apigateway/method:Method', 'aws:apigatewayv2/route:Route'], (method) => {
    const { httpMethod, routeKey = '', authorization, authorizationType, apiKeyRequired } = method.inputs;
    const isPreflight = httpMethod === 'OPTIONS' || String(routeKey).startsWith('OPTIONS ');
    const kind = authorization ?? authorizationType ?? 'NONE';
    return isPreflight || kind !== 'NONE' || isTrue(apiKeyRequired) ? undefined : 'lets anybody call it';
  }),
};

const documentsKnowTheCaller: Rule = {
  name: 'api-document-knows-caller',
  description:
    'An API made from an OpenAPI document takes its authorization from there. Give the document, or each of its operations, a ' +
    'security requirement.',
  level: 'mandatory',
  scope: 'resource',
  ...each(['aws:apigateway/restApi:RestApi', 'aws:apigatewayv2/api:Api'], (api) => {
    return openOperations(api).map((operation) => `lets anybody call ${operation}`);
  }),
};

interface OpenApi {
  readonly security?: readonly object[];
  readonly paths?: Readonly<Record<string, Readonly<Record<string, { readonly security?: readonly object[] }>>>>;
}

const METHODS = ['get', 'put', 'post', 'delete', 'head', 'patch', 'trace', 'x-amazon-apigateway-any-method'];

function openOperations({ inputs: { body } }: ResourceFacts): string[] {
  if (typeof body !== 'string' || isUnknown(body)) return [];
  const { security, paths = {} } = JSON.parse(body) as OpenApi;
  return Object.entries(paths).flatMap(([path, operations]) => {
    const open = METHODS.filter((method) => operations[method] && !isSecured(operations[method].security ?? security));
    return open.map((method) => `${method.toUpperCase()} ${path}`);
  });
}

/** An empty requirement `{}` means that none is needed: https://spec.openapis.org/oas/v3.0.3#security-requirement-object */
function isSecured(security: readonly object[] | undefined): boolean {
  return security !== undefined && security.length > 0 && security.every((one) => Object.keys(one).length > 0);
}

const urlsKnowTheCaller: Rule = {
  name: 'function-url-knows-caller',
  description:
    "A function's own URL with authorizationType NONE is open to the internet. Set AWS_IAM, or put an API before it.",
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:lambda/functionUrl:FunctionUrl', ({ inputs: { authorizationType } }) => {
    return authorizationType === 'AWS_IAM' || isUnknown(authorizationType) ? undefined : 'lets anybody call it';
  }),
};

const stagesAreThrottled: Rule = {
  name: 'api-stage-is-throttled',
  description:
    "Without limits one caller takes the account's whole quota of 10,000 requests a second. Give each Stage a MethodSettings of " +
    "'*/*' with throttlingRateLimit and throttlingBurstLimit; an HTTP API's has defaultRouteSettings.",
  level: 'mandatory',
  scope: 'stack',
  ...each(['aws:apigateway/stage:Stage', 'aws:apigatewayv2/stage:Stage'], (stage, stack) => {
    const settings = stage.type.startsWith('aws:apigatewayv2/')
      ? [valueAt(stage, 'defaultRouteSettings')]
      : companions(stack, stage, 'aws:apigateway/methodSettings:MethodSettings', 'stageName')
          .filter(({ inputs }) => inputs.methodPath === '*/*')
          .map((found) => valueAt(found, 'settings'));
    return settings.some(isThrottled) ? undefined : 'has no throttling of all methods';
  }),
};

function isThrottled(settings: unknown): boolean {
  if (isUnknown(settings)) return true;
  const { throttlingRateLimit, throttlingBurstLimit } = (settings ?? {}) as Record<string, unknown>;
  return isAtLeast(throttlingRateLimit, Number.MIN_VALUE) && isAtLeast(throttlingBurstLimit, 1);
}

const plansAreThrottled: Rule = {
  name: 'usage-plan-is-throttled',
  description: 'A plan without limits gives its keys everything. Set throttleSettings on each UsagePlan.',
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:apigateway/usagePlan:UsagePlan', (plan) => {
    const rate = valueAt(plan, 'throttleSettings.rateLimit') ?? valueAt(plan, 'apiStages.throttles.rateLimit');
    return isAtLeast(rate, Number.MIN_VALUE) ? undefined : 'has no throttleSettings';
  }),
};

const modelsAreIsolated: Rule = {
  name: 'model-is-isolated',
  description:
    "A model's container can send what it is asked to anyone. Set enableNetworkIsolation, or a vpcConfig of private subnets; a " +
    'serverless endpoint takes neither.',
  level: 'mandatory',
  scope: 'stack',
  ...each('aws:sagemaker/model:Model', (model, stack) => {
    const isInNetwork = isUnknown(model.inputs.vpcConfig) || valueAt(model, 'vpcConfig.subnets') !== undefined;
    const isIsolated = isTrue(model.inputs.enableNetworkIsolation) || isInNetwork || isServerless(model, stack);
    return isIsolated ? undefined : 'may reach the internet';
  }),
};

/** https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html#serverless-endpoints-how-it-works-exclusions */
function isServerless(model: ResourceFacts, stack: StackFacts): boolean {
  const users = companions(stack, model, ENDPOINT, 'productionVariants');
  const variants = users.flatMap((config) => valuesAt(config, 'productionVariants') as Record<string, unknown>[]);
  return variants.length > 0 && variants.every(({ serverlessConfig }) => isSet(serverlessConfig));
}

const ENDPOINT = 'aws:sagemaker/endpointConfiguration:EndpointConfiguration';

export const apiRules = [
  methodsKnowTheCaller,
  documentsKnowTheCaller,
  urlsKnowTheCaller,
  stagesAreThrottled,
  plansAreThrottled,
];
export const isolationRules = [modelsAreIsolated];
