import * as apigateway from '@pulumi/aws/apigateway/index.js';
import * as pulumi from '@pulumi/pulumi';
import { makeRole } from '../access/role.ts';
import { allow, trustOf } from '../access/statements.ts';
import type { ApiArgs } from './api.ts';

type Authorization = Pick<apigateway.MethodArgs, 'authorization' | 'authorizerId' | 'authorizationScopes'>;

/** Who may call a method, and what finds that out. */
export function authorizationOf(
  name: string,
  api: apigateway.RestApi,
  args: ApiArgs,
  options: pulumi.CustomResourceOptions,
): Authorization {
  switch (args.authorization) {
    case 'iam':
      return { authorization: 'AWS_IAM' };
    case 'none':
      return { authorization: 'NONE' };
    case 'cognito': {
      const of = { type: 'COGNITO_USER_POOLS', providerArns: [...args.userPoolArns] };
      const { id } = new apigateway.Authorizer(name, { restApi: api.id, ...of }, options);
      const scopes = args.scopes.length > 0 ? { authorizationScopes: [...args.scopes] } : {};
      return { authorization: 'COGNITO_USER_POOLS', authorizerId: id, ...scopes };
    }
    case 'jwt':
      return { authorization: 'CUSTOM', authorizerId: tokenAuthorizer(name, api, args, options).id };
  }
}

function tokenAuthorizer(name: string, api: apigateway.RestApi, args: ApiArgs, options: pulumi.CustomResourceOptions) {
  const { authorizerFunctionArn = '', authorizerTtlSeconds, context, permissionsBoundary } = args;
  const statements = pulumi.output([allow('CheckTokens', ['lambda:InvokeFunction'], [authorizerFunctionArn])]);
  const trust = trustOf(['apigateway'], context.account);
  const parts = { description: 'Checks tokens for the API', trust, statements, permissionsBoundary };
  const role = makeRole(`${name}-authorizer`, parts, options);
  const functions = `arn:aws:apigateway:${context.region}:lambda:path/2015-03-31/functions`;
  return new apigateway.Authorizer(
    name,
    {
      restApi: api.id,
      type: 'TOKEN',
      identitySource: 'method.request.header.Authorization',
      // What is no token at all isn't asked about.
      identityValidationExpression: '^Bearer [-0-9a-zA-Z._~+/]+=*$',
      authorizerUri: `${functions}/${authorizerFunctionArn}/invocations`,
      authorizerCredentials: role.arn,
      authorizerResultTtlInSeconds: authorizerTtlSeconds,
    },
    options,
  );
}
