import { defineSection, type Problem, type SettingsOf } from '@ml-platform/conventions';
import { z } from 'zod';

const roleArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'the ARN of a role');

const pod = z.strictObject({
  namespace: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'a namespace of Kubernetes')
    .describe('The namespace'),
  serviceAccount: z.string().min(1).describe('The service account of the pods'),
  role: z.enum(['training', 'serving', 'pipelineRunner']).describe("Which of the stack's roles these pods take on"),
});

const shared = {
  enabled: false,
  version: '1.34',
  admins: [],
  viewers: [],
  pods: [],
  autoMode: true,
  spotNodes: false,
  spotInstanceTypes: ['m6i.large', 'm6a.large', 'm5.large', 'm5a.large'],
  spotMaxNodes: 4,
  logDays: 30,
};

export const clusterConfig = defineSection({
  schema: z.strictObject({
    enabled: z.boolean().describe('A cluster of Kubernetes (EKS); it bills by the hour'),
    version: z
      .string()
      .regex(/^1\.\d{2}$/, 'a version such as 1.34')
      .describe('Version of Kubernetes; AWS bills old ones at six times the price'),
    admins: z.array(roleArn).describe('Roles that may do all in the cluster'),
    viewers: z.array(roleArn).describe('Roles that may look at all in it but secrets'),
    pods: z.array(pod).describe("Which pods take on which of the stack's roles"),
    autoMode: z.boolean().describe('AWS picks, starts and patches the machines'),
    spotNodes: z
      .boolean()
      .describe('A group of spot machines, from none to spotMaxNodes, for jobs that may start again'),
    spotInstanceTypes: z.array(z.string().min(1)).min(2).describe('Types that these are of: more of them, fewer gaps'),
    spotMaxNodes: z.int().min(1).max(100).describe('So many of them at most'),
    logDays: z.int().min(1).max(400).describe('Days for which what the control plane logs is kept'),
  }),
  defaults: {
    dev: { ...shared, logDays: 7 },
    preview: { ...shared, logDays: 7 },
    staging: shared,
    prod: { ...shared, logDays: 365 },
  },
});

/** What nodes in private subnets call. https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html */
const NEEDED_ENDPOINTS = ['ec2', 'ecr.api', 'ecr.dkr', 'eks', 'eks-auth', 'elasticloadbalancing', 'logs', 'sts'];

/** What a cluster lacks: machines, somebody who may do something in it, or a way to AWS's services. */
export function clusterProblems(
  { enabled, autoMode, spotNodes, admins }: SettingsOf<typeof clusterConfig>,
  { nat, endpoints }: { readonly nat: boolean; readonly endpoints: readonly string[] },
): Problem[] {
  if (!enabled) return [];
  const missing = nat ? [] : NEEDED_ENDPOINTS.filter((service) => !endpoints.includes(service));
  return [
    ...(autoMode || spotNodes
      ? []
      : [{ key: 'cluster.autoMode', value: false, expected: 'true, or cluster.spotNodes: it has no machines' }]),
    ...(admins.length > 0
      ? []
      : [{ key: 'cluster.admins', value: admins, expected: 'a role: who makes the cluster has no rights in it' }]),
    ...(missing.length > 0
      ? [{ key: 'network.endpoints', value: endpoints, expected: `also ${missing.join(', ')}: cluster needs them` }]
      : []),
  ];
}
