import type * as apigateway from '@pulumi/aws/apigateway/index.js';
import * as apigatewayv2 from '@pulumi/aws/apigatewayv2/index.js';
import * as ec2 from '@pulumi/aws/ec2/index.js';
import * as lambda from '@pulumi/aws/lambda/index.js';
import * as vpc from '@pulumi/aws/vpc/index.js';
import * as pulumi from '@pulumi/pulumi';
import { makeRole } from '../access/role.ts';
import { allow, trustOf } from '../access/statements.ts';
import type { Backend } from '../serving/backend.ts';
import type { ApiArgs } from './api.ts';
import type { Route } from './read-openapi.ts';

type Options = pulumi.CustomResourceOptions;
type IntegrationArgs = Omit<apigateway.IntegrationArgs, 'restApi' | 'resourceId' | 'httpMethod'>;

/** How one route reaches what answers it. */
export interface Connection {
  readonly integration: IntegrationArgs;
  /** Statuses that a connection which is no proxy tells apart, with the pattern of the backend's own. */
  readonly responses: readonly { readonly statusCode: string; readonly pattern?: string; readonly body?: string }[];
}

export type Connect = (route: Route) => Connection;

const TIMEOUT_MS = 29_000;

/** Until something serves, every request is told so. */
const MOCK: Connection = {
  integration: {
    type: 'MOCK',
    passthroughBehavior: 'WHEN_NO_TEMPLATES',
    requestTemplates: { 'application/json': JSON.stringify({ statusCode: 503 }) },
  },
  responses: [
    {
      statusCode: '503',
      body: JSON.stringify({
        error: {
          code: 'notFound',
          message: 'no model has been deployed yet',
          hint: 'deploy one: put the digest of its image into serving.imageDigest',
        },
      }),
    },
  ],
};

/** Makes what all routes share, and returns how each is connected. */
export function connect(name: string, api: apigateway.RestApi, args: ApiArgs, options: Options): Connect {
  const { backend } = args;
  switch (backend?.kind) {
    case undefined:
      return () => MOCK;
    case 'endpoint':
      return toEndpoint(name, backend, args, options);
    case 'load-balancer':
      return toLoadBalancer(name, backend, args, options);
    case 'function':
      return toFunction(name, api, { backend, args }, options);
  }
}

type Of<Kind extends Backend['kind']> = Extract<Backend, { kind: Kind }>;

function toEndpoint(name: string, { endpointName }: Of<'endpoint'>, args: ApiArgs, options: Options): Connect {
  const { region, account } = args.context;
  const statements = pulumi
    .output(endpointName)
    .apply((endpoint) => [
      allow(
        'AskEndpoint',
        ['sagemaker:InvokeEndpoint'],
        [`arn:aws:sagemaker:${region}:${account}:endpoint/${endpoint}`],
      ),
    ]);
  const { permissionsBoundary } = args;
  const trust = trustOf(['apigateway'], account);
  const parts = { description: 'Asks the endpoint for the API', trust, statements, permissionsBoundary };
  const role = makeRole(`${name}-asks`, parts, options);
  const header = { 'integration.request.header.Content-Type': "'application/json'" };
  return () => ({
    integration: {
      type: 'AWS',
      integrationHttpMethod: 'POST',
      uri: pulumi.interpolate`arn:aws:apigateway:${region}:runtime.sagemaker:path/endpoints/${endpointName}/invocations`,
      credentials: role.arn,
      passthroughBehavior: 'WHEN_NO_MATCH',
      requestParameters: header,
      timeoutMilliseconds: TIMEOUT_MS,
    },
    responses: [
      { statusCode: '200' },
      { statusCode: '400', pattern: '4\\d{2}' },
      { statusCode: '503', pattern: '5\\d{2}' },
    ],
  });
}

function toLoadBalancer(name: string, backend: Of<'load-balancer'>, args: ApiArgs, options: Options): Connect {
  const group = new ec2.SecurityGroup(`${name}-link`, { vpcId: args.vpcId, description: 'Link of the API' }, options);
  const https = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };
  const to = { securityGroupId: group.id, referencedSecurityGroupId: backend.securityGroupId, ...https };
  new vpc.SecurityGroupEgressRule(`${name}-link`, to, options);
  const link = new apigatewayv2.VpcLink(
    name,
    { subnetIds: [...args.privateSubnetIds], securityGroupIds: [group.id] },
    options,
  );
  return ({ method, path }) => ({
    integration: {
      type: 'HTTP_PROXY',
      integrationHttpMethod: method,
      connectionType: 'VPC_LINK',
      connectionId: link.id,
      integrationTarget: backend.loadBalancerArn,
      uri: `https://${backend.hostName}:443${path}`,
      ...mapped(path),
      timeoutMilliseconds: TIMEOUT_MS,
    },
    responses: [],
  });
}

function toFunction(
  name: string,
  api: apigateway.RestApi,
  { backend, args }: { backend: Of<'function'>; args: ApiArgs },
  options: Options,
): Connect {
  for (const { method, path } of args.routes) {
    new lambda.Permission(
      `${name}-${partName(path)}-${method.toLowerCase()}`,
      {
        action: 'lambda:InvokeFunction',
        principal: 'apigateway.amazonaws.com',
        function: backend.functionName,
        qualifier: backend.aliasName,
        sourceAccount: args.context.account,
        sourceArn: pulumi.interpolate`${api.executionArn}/*/${method}${path.replace(/\{\w+\}/g, '*')}`,
      },
      options,
    );
  }
  return () => ({
    integration: {
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST',
      uri: backend.invokeArn,
      timeoutMilliseconds: TIMEOUT_MS,
    },
    responses: [],
  });
}

/** Of a path, for the name of a resource. */
export function partName(path: string): string {
  return path
    .replace(/^\//, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
}

/** Names in braces. */
export function parametersOf(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));
}

function mapped(path: string): Pick<IntegrationArgs, 'requestParameters'> {
  const pairs = parametersOf(path).map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]);
  return pairs.length > 0 ? { requestParameters: Object.fromEntries(pairs) } : {};
}
