import { createHash } from 'node:crypto';
import * as apigateway from '@pulumi/aws/apigateway/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { ApiArgs } from './api.ts';
import { authorizationOf } from './authorizer.ts';
import { ERROR_RESPONSES } from './error-responses.ts';
import { type Connection, connect, parametersOf, partName } from './integration.ts';
import type { Route } from './read-openapi.ts';

type Options = pulumi.CustomResourceOptions;

export interface MadeRoutes {
  /** All that a deployment is made of. */
  readonly resources: readonly pulumi.Resource[];
  /** Changes with whatever of the routes changes. */
  readonly hash: pulumi.Output<string>;
}

/** The methods of an API, who may call them, what they take, and what answers. */
export function makeRoutes(name: string, api: apigateway.RestApi, args: ApiArgs, options: Options): MadeRoutes {
  const connection = connect(name, api, args, options);
  const authorization = authorizationOf(name, api, args, options);
  const apiKeyRequired = Object.keys(args.consumers).length > 0;
  const validator = new apigateway.RequestValidator(
    name,
    { restApi: api.id, validateRequestBody: true, validateRequestParameters: true },
    options,
  );
  const resourceOf = pathResources(name, api, options);
  const made = args.routes.map((route) => {
    const shared = { restApi: api.id, resourceId: resourceOf(route.path), httpMethod: route.method };
    const part = `${name}-${partName(route.path)}-${route.method.toLowerCase()}`;
    const model = route.body && bodyModel(part, { api, route }, options);
    const method = {
      ...authorization,
      apiKeyRequired,
      requestValidatorId: validator.id,
      ...(model && { requestModels: { 'application/json': model.name } }),
      ...required(route.path),
    };
    const madeMethod = new apigateway.Method(part, { ...shared, ...method }, options);
    const of = { shared, method: madeMethod };
    return {
      resources: [madeMethod, ...integrate(part, of, connection(route), options)],
      definition: pulumi.output([route, method, connection(route)] as unknown[]),
    };
  });
  const { authorizerFunctionArn, authorizerTtlSeconds, userPoolArns } = args;
  const authorizer = { authorizerFunctionArn, authorizerTtlSeconds, userPoolArns };
  const definitions = pulumi.all(made.map(({ definition }) => definition));
  const hash = definitions.apply((all) => hashOf([all, authorizer, ERROR_RESPONSES]));
  return { resources: made.flatMap(({ resources }) => resources), hash };
}

function required(path: string): Pick<apigateway.MethodArgs, 'requestParameters'> {
  const names = parametersOf(path).map((name) => [`method.request.path.${name}`, true]);
  return names.length > 0 ? { requestParameters: Object.fromEntries(names) } : {};
}

/** A resource per part of a path, made once however many routes go through it. */
function pathResources(name: string, api: apigateway.RestApi, options: Options) {
  const made = new Map<string, pulumi.Output<string>>([['', api.rootResourceId]]);
  const at = (path: string): pulumi.Output<string> => {
    const known = made.get(path);
    if (known) return known;
    const cut = path.lastIndexOf('/');
    const args = { restApi: api.id, parentId: at(path.slice(0, cut)), pathPart: path.slice(cut + 1) };
    const { id } = new apigateway.Resource(`${name}-${partName(path)}`, args, options);
    made.set(path, id);
    return id;
  };
  return at;
}

function bodyModel(name: string, { api, route }: { api: apigateway.RestApi; route: Route }, options: Options) {
  const words = `${route.method.toLowerCase()}${route.path}`.split(/[^a-z0-9]+/);
  return new apigateway.Model(
    name,
    {
      restApi: api.id,
      // Letters and digits alone, so Pulumi's own name won't do.
      name: words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(''),
      contentType: 'application/json',
      schema: JSON.stringify(route.body),
    },
    options,
  );
}

interface Of {
  readonly shared: {
    readonly restApi: pulumi.Output<string>;
    readonly resourceId: pulumi.Output<string>;
    readonly httpMethod: string;
  };
  readonly method: apigateway.Method;
}

function integrate(name: string, { shared, method }: Of, connection: Connection, options: Options): pulumi.Resource[] {
  const after = { ...options, dependsOn: method };
  const integration = new apigateway.Integration(name, { ...shared, ...connection.integration }, after);
  const responses = connection.responses.flatMap(({ statusCode, pattern, body }) => {
    const part = `${name}-${statusCode}`;
    const methodResponse = new apigateway.MethodResponse(part, { ...shared, statusCode }, after);
    const response = new apigateway.IntegrationResponse(
      part,
      {
        ...shared,
        statusCode,
        ...(pattern !== undefined && { selectionPattern: pattern }),
        ...(body !== undefined && { responseTemplates: { 'application/json': body } }),
      },
      { ...options, dependsOn: [integration, methodResponse] },
    );
    return [methodResponse, response];
  });
  return [integration, ...responses];
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
