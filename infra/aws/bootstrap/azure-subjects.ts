import { z } from 'zod';
import type { CiIdentity } from './ci-trust.ts';

const text = (expected: string, pattern: RegExp) => z.string(expected).regex(pattern, expected).describe(expected);
const account = text('the twelve digits of an AWS account, in quotes', /^\d{12}$/);

/** Whose pipelines may deploy, and what signs what they build. */
export const AZURE_DEVOPS = z.strictObject({
  organization: text('the name of the organization, as in https://dev.azure.com/NAME', /^[A-Za-z0-9][A-Za-z0-9-]*$/),
  organizationId: text(
    'the id of the organization, small letters: instanceId in https://dev.azure.com/NAME/_apis/connectionData',
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  ),
  project: text('the name of the project, as its address has it, spaces as spaces', /^[^/%]+$/),
  signingKey: text('the ARN that the bootstrap of dev printed as signingKey', /^arn:aws[a-z-]*:kms:.+:key\/[\w-]+$/)
    .optional()
    .describe('What signed the images: the ARN that the bootstrap of dev, in another account, printed as signingKey'),
  verifierAccounts: z
    .array(account, 'a list of accounts')
    .optional()
    .describe('With dev: other accounts, which have environments that check what was signed'),
});

export type AzureIdentity = z.output<typeof AZURE_DEVOPS>;

/**
 * A service connection of the AWS Toolkit takes one role on: `aws-ENVIRONMENT` that of an environment, `aws-reader` the one
 * that reads. It can ask for no other issuer, audience or subject.
 * https://aws.amazon.com/blogs/modernizing-with-aws/how-to-federate-into-aws-from-azure-devops-using-openid-connect,
 * https://github.com/aws/aws-toolkit-azure-devops/issues/614
 */
export function azureIdentity({ organization, organizationId, project }: AzureIdentity): CiIdentity {
  const subject = (connection: string) => `sc://${organization}/${project}/aws-${connection}`;
  return {
    system: 'azure-devops',
    owner: `${organization}/${project}`,
    issuer: `vstoken.dev.azure.com/${organizationId}`,
    audience: 'api://AzureADTokenExchange',
    deployerSubjects: (environment) => [subject(environment)],
    readerSubjects: [subject('reader')],
  };
}
