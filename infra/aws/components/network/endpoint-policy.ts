import { policyDocument, type Statement } from '../../iam/statement.ts';
import type { StackContext } from '../../config/stack-context.ts';
import { ENDPOINT_ACTIONS, type EndpointService } from './endpoint-services.ts';

/** Through an interface endpoint only this account calls, and only what is its own. */
export function interfacePolicy(service: EndpointService, { account }: StackContext): object {
  return policyDocument([ownCalls(`${ENDPOINT_ACTIONS[service]}:*`, account)]);
}

/**
 * S3 beyond the account is read for one thing: the layers of ECR's images lie in a bucket of AWS.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
 */
export function s3Policy({ account, region }: StackContext): object {
  return policyDocument([
    ownCalls('s3:*', account),
    {
      Sid: 'ImageLayers',
      Effect: 'Allow',
      Principal: '*',
      Action: ['s3:GetObject'],
      Resource: [`arn:aws:s3:::prod-${region}-starport-layer-bucket/*`],
    },
  ]);
}

export function dynamodbPolicy({ account }: StackContext): object {
  return policyDocument([ownCalls('dynamodb:*', account)]);
}

/** Says who calls and whose it is, not what: that is up to the caller's role. Not every call is on a resource. */
function ownCalls(action: string, account: string): Statement {
  return {
    Sid: 'OwnAccount',
    Effect: 'Allow',
    Principal: '*',
    Action: action,
    Resource: '*',
    Condition: {
      StringEquals: { 'aws:PrincipalAccount': account },
      StringEqualsIfExists: { 'aws:ResourceAccount': account },
    },
  };
}
