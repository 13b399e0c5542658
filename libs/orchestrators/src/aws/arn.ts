import { PlatformError } from '@ml-platform/errors';

/** A role's ARN; its length is at most 2048. Source: SageMaker API reference, RoleArn. */
export const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/;

/**
 * The ARN of what lies in the account of a role: `arn:aws:sagemaker:eu-central-1:123456789012:pipeline/sales`.
 *
 * @throws PlatformError `config` where the role's isn't one.
 */
export function arnBeside(role: string, service: string, region: string, resource: string): string {
  const [, partition, account] = /^arn:(aws[a-z-]*):iam::(\d{12}):role\//.exec(role) ?? [];
  if (partition !== undefined) return `arn:${partition}:${service}:${region}:${account}:${resource}`;
  throw new PlatformError(`${JSON.stringify(role)} isn't the ARN of a role`, {
    code: 'config',
    hint: 'write it as arn:aws:iam::123456789012:role/NAME',
  });
}
