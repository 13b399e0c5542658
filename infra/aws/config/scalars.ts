import { z } from 'zod';

/** What every stack file of AWS has to say. */
export const SCALARS = {
  account: z
    .string('the twelve digits of the AWS account that the stack is made in')
    .regex(/^\d{12}$/, 'the twelve digits of an AWS account, in quotes')
    .describe('The AWS account of this stack; credentials for another one are refused'),
  region: z
    .string('a region such as eu-central-1')
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-central-1')
    .describe('Where everything of this stack is'),
  permissionsBoundary: z
    .string('the ARN of a policy')
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:policy\/.+$/, 'the ARN of a policy')
    .optional()
    .describe("What bounds the rights of every role, as the account's bootstrap prints it"),
  owner: z.string('who answers for the stack').min(1).describe('Who answers for the stack: a tag'),
  costCenter: z.string('who pays for the stack').min(1).describe('Who pays for the stack: a tag'),
};
