import { PlatformError } from '@ml-platform/errors';
import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as pulumi from '@pulumi/pulumi';
import { makeRole, trustService } from '../../iam/service-role.ts';
import { addTarget, type Delivery } from './event-route.ts';

export interface DeployHook {
  readonly url: string;
  readonly token: pulumi.Input<string> | undefined;
  readonly keyArn: pulumi.Input<string>;
}

/** What GitHub takes as the start of a workflow, and other systems as JSON: which model was approved. */
const APPROVED = {
  inputPaths: {
    group: '$.detail.ModelPackageGroupName',
    version: '$.detail.ModelPackageVersion',
    arn: '$.detail.ModelPackageArn',
  },
  inputTemplate:
    '{"event_type": "model-approved", "client_payload": {"group": <group>, "version": <version>, "arn": <arn>}}',
};

/** Calls what deploys when a model is approved; EventBridge keeps the token. */
export function callDeployment(
  name: string,
  rule: cloudwatch.EventRule,
  { url, token, keyArn }: DeployHook,
  delivery: Delivery,
): void {
  if (token === undefined) {
    throw new PlatformError('events.deployUrl is set, and the secret deployToken is not', {
      code: 'config',
      hint: 'pulumi config set --secret deployToken, with a token that may start the deployment and no more',
    });
  }
  const child = { parent: rule };
  const { context } = delivery;
  const value = pulumi.secret(pulumi.interpolate`Bearer ${token}`);
  const connection = new cloudwatch.EventConnection(
    name,
    {
      authorizationType: 'API_KEY',
      authParameters: { apiKey: { key: 'Authorization', value } },
      kmsKeyIdentifier: keyArn,
    },
    child,
  );
  const destination = new cloudwatch.EventApiDestination(
    name,
    {
      connectionArn: connection.arn,
      httpMethod: 'POST',
      invocationEndpoint: url,
      invocationRateLimitPerSecond: 1,
    },
    child,
  );
  const role = makeRole(
    name,
    {
      context,
      trust: trustService('events.amazonaws.com', context.account),
      statements: [{ Effect: 'Allow', Action: ['events:InvokeApiDestination'], Resource: destination.arn }],
    },
    rule,
  );
  addTarget(name, rule, delivery, { arn: destination.arn, roleArn: role.arn, inputTransformer: APPROVED });
}
