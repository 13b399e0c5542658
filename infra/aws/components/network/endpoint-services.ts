/** Services that can be reached without the internet, by the name of their endpoint: the prefix of their actions. */
export const ENDPOINT_ACTIONS = {
  athena: 'athena',
  ec2: 'ec2',
  'ecr.api': 'ecr',
  'ecr.dkr': 'ecr',
  eks: 'eks',
  'eks-auth': 'eks-auth',
  elasticloadbalancing: 'elasticloadbalancing',
  events: 'events',
  'execute-api': 'execute-api',
  glue: 'glue',
  'kinesis-firehose': 'firehose',
  'kinesis-streams': 'kinesis',
  kms: 'kms',
  lambda: 'lambda',
  logs: 'logs',
  monitoring: 'cloudwatch',
  'sagemaker.api': 'sagemaker',
  'sagemaker.featurestore-runtime': 'sagemaker',
  'sagemaker.runtime': 'sagemaker',
  secretsmanager: 'secretsmanager',
  sns: 'sns',
  sqs: 'sqs',
  states: 'states',
  sts: 'sts',
} as const;

export type EndpointService = keyof typeof ENDPOINT_ACTIONS;

export const ENDPOINT_SERVICES = Object.keys(ENDPOINT_ACTIONS) as [EndpointService, ...EndpointService[]];
