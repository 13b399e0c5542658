import * as apigateway from '@pulumi/aws/apigateway/index.js';
import type * as pulumi from '@pulumi/pulumi';

/** What API Gateway says itself, in the form that the model server has for errors. */
export const ERROR_RESPONSES = {
  BAD_REQUEST_BODY: { code: 'data', message: '"$context.error.validationErrorString"', hint: 'see /openapi.json' },
  THROTTLED: { code: 'busy', message: '$context.error.messageString', hint: 'ask again later' },
  QUOTA_EXCEEDED: { code: 'busy', message: '$context.error.messageString', hint: 'the quota of your key is used up' },
  DEFAULT_4XX: { code: 'usage', message: '$context.error.messageString', hint: 'see /openapi.json' },
  DEFAULT_5XX: { code: 'environment', message: '$context.error.messageString', hint: 'ask again later' },
} as const;

export function makeErrorResponses(name: string, api: apigateway.RestApi, options: pulumi.CustomResourceOptions) {
  return Object.entries(ERROR_RESPONSES).map(([responseType, { code, message, hint }]) => {
    const body = `{"error":{"code":"${code}","message":${message},"hint":"${hint}"}}`;
    const part = `${name}-${responseType.toLowerCase().replaceAll('_', '-')}`;
    const args = { restApiId: api.id, responseType, responseTemplates: { 'application/json': body } };
    return new apigateway.Response(part, args, options);
  });
}
