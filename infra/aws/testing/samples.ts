const DIGEST = `sha256:${'0'.repeat(64)}`;
const CERTIFICATE = 'arn:aws:acm:eu-central-1:111111111111:certificate/11111111-2222-3333-4444-555555555555';
const IN_US = CERTIFICATE.replace('eu-central-1', 'us-east-1');
const HOST = 'models.acme.example';
const MODEL = 's3://acme-lake/models/flight-delays/model.tar.gz';
/** What a cluster and containers in private subnets call. */
const ENDPOINTS = ['ec2', 'ecr.api', 'ecr.dkr', 'eks', 'eks-auth', 'elasticloadbalancing', 'logs', 'sts'];

/** Stacks that have what no default has: by what they are about, what their files say beyond. */
export const SAMPLES: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  'a serverless function behind an API with keys': {
    serving: { kind: 'lambda', imageDigest: DIGEST },
    api: { enabled: true, consumers: { shop: { ratePerSecond: 5, burst: 10, quota: 1000, period: 'DAY' } } },
  },
  'an endpoint with a challenger, a shadow and a schedule': {
    serving: {
      kind: 'endpoint',
      imageDigest: DIGEST,
      modelData: MODEL,
      traffic: 'canary',
      capturePercent: 20,
      variants: [
        { name: 'champion', weight: 9, instanceType: 'ml.m5.large', minInstances: 1, maxInstances: 2 },
        { name: 'challenger', weight: 1, instanceType: 'ml.m5.large', minInstances: 1, maxInstances: 1 },
      ],
      shadowVariants: [{ name: 'shadow', weight: 1, instanceType: 'ml.m5.large', minInstances: 1, maxInstances: 1 }],
      schedules: [{ cron: 'cron(0 7 ? * MON-FRI *)', timezone: 'Europe/Berlin', min: 1, max: 2 }],
    },
  },
  'an endpoint that answers later, for several models': {
    serving: {
      kind: 'endpoint',
      imageDigest: DIGEST,
      modelData: MODEL,
      asyncConcurrency: 4,
      capturePercent: 0,
      variants: [{ name: 'champion', weight: 1, instanceType: 'ml.m5.large', minInstances: 0, maxInstances: 2 }],
    },
  },
  'containers behind a load balancer and a CDN': {
    network: { publicSubnets: true, endpoints: ENDPOINTS },
    serving: {
      kind: 'fargate',
      imageDigest: DIGEST,
      certificateArn: CERTIFICATE,
      hostName: HOST,
      command: ['--model-dir', '/model'],
    },
    api: { enabled: false },
    cdn: { enabled: true, domainName: HOST, certificateArn: IN_US },
  },
  'a stream into a table, and a feature store': {
    streams: { enabled: true, delivery: true, deliveryFormat: 'parquet', deliveryTable: 'predictions' },
    featureStore: {
      enabled: true,
      groups: {
        airports: {
          version: 1,
          recordId: 'airport',
          eventTime: 'at',
          features: { airport: 'String', at: 'String', delay_mean_7d: 'Fractional' },
          online: true,
          onlineDays: 30,
        },
      },
    },
  },
  'a cluster of Kubernetes': {
    network: { endpoints: ENDPOINTS },
    cluster: { enabled: true, admins: ['arn:aws:iam::111111111111:role/platform-admins'] },
  },
  'a database, a cache and an MLflow server': {
    database: { enabled: true },
    cache: { enabled: true },
    tracking: { kind: 'server' },
  },
  'predictions of whole files, and model groups that another account reads': {
    models: { enabled: true, groups: { 'flight-delays': 'Will a flight be late?' }, readers: ['444444444444'] },
    transform: {
      enabled: true,
      imageDigest: DIGEST,
      jobs: {
        'score-flights': {
          imageHasModel: true,
          input: 'features/flights/',
          output: 'predictions/flights/',
          contentType: 'application/jsonlines',
          splitByLine: true,
          joinInput: true,
          instanceType: 'ml.m5.large',
          instances: 1,
          maxConcurrent: 4,
          maxPayloadMb: 6,
        },
      },
    },
    access: {
      trustedAccounts: [{ account: '444444444444', externalId: 'tooling-4711', may: 'register' }],
    },
    lake: { readers: [{ account: '444444444444', externalId: 'tooling-4711' }] },
  },
};
