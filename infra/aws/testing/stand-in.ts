import { createHash } from 'node:crypto';
import type { StandIn } from '@ml-platform/conventions/program';

const ACCOUNT = '111111111111';
const REGION = 'eu-central-1';

/** What AWS would answer: an id, an ARN and a name for every resource, and what some types have beyond. */
export const awsStandIn: StandIn = (type, name, inputs) => {
  const [, service = '', resource = ''] = /^aws:(\w+)\/\w+:(\w+)$/.exec(type) ?? [];
  const id = `${name}-${hash(name)}`;
  const given = typeof inputs.name === 'string' ? inputs.name : id;
  const arn = `arn:aws:${SERVICES[service] ?? service}:${REGION}:${ACCOUNT}:${kebab(resource)}/${given}`;
  // What was asked for is what there is.
  return { id, state: { arn, name: given, ...MORE[type]?.(id, inputs), ...inputs } };
};

/** Where a service's name in an ARN isn't its module's in the SDK. */
const SERVICES: Readonly<Record<string, string>> = {
  apigatewayv2: 'apigateway',
  appautoscaling: 'application-autoscaling',
  cloudwatch: 'events',
  lb: 'elasticloadbalancing',
  sfn: 'states',
};

type Answer = (id: string, inputs: Record<string, unknown>) => Record<string, unknown>;

/** What a type answers beyond id, ARN and name; a component that needs more adds it here. */
const MORE: Readonly<Record<string, Answer>> = {
  'aws:ecr/repository:Repository': (_, { name }) => ({
    arn: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${String(name)}`,
    repositoryUrl: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${String(name)}`,
  }),
  'aws:ec2/vpcEndpoint:VpcEndpoint': (_, { vpcEndpointType, serviceName }) => {
    return vpcEndpointType === 'Gateway' ? { prefixListId: `pl-${hash(String(serviceName))}` } : {};
  },
  'aws:kms/key:Key': (id) => ({ arn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`, keyId: id }),
  'aws:s3/bucket:Bucket': (id, inputs) => {
    const bucket = String(inputs.bucket ?? id);
    return { bucket, arn: `arn:aws:s3:::${bucket}`, bucketRegionalDomainName: `${bucket}.s3.${REGION}.amazonaws.com` };
  },
  'aws:iam/role:Role': (id, { name = id, path = '/' }) => ({ arn: `arn:aws:iam::${ACCOUNT}:role${path}${name}` }),
  'aws:sqs/queue:Queue': (id) => {
    return {
      arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${id}`,
      url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${id}`,
    };
  },
  'aws:sns/topic:Topic': (id) => ({ arn: `arn:aws:sns:${REGION}:${ACCOUNT}:${id}` }),
  'aws:s3/bucketObjectv2:BucketObjectv2': (id) => ({ versionId: `version-of-${id}` }),
  'aws:sfn/stateMachine:StateMachine': (_, { name }) => ({
    stateMachineVersionArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${String(name)}:1`,
  }),
  'aws:lambda/alias:Alias': (_, { name, functionName }) => {
    const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${String(functionName)}:${String(name)}`;
    return { arn, invokeArn: invokeArn(arn) };
  },
  'aws:lambda/function:Function': (id, inputs) => {
    const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${String(inputs.name ?? id)}`;
    return { arn, version: '1', invokeArn: invokeArn(arn), qualifiedArn: `${arn}:1` };
  },
  'aws:lb/loadBalancer:LoadBalancer': (id) => ({
    arnSuffix: `app/${id}/50dc6c495c0c9188`,
    dnsName: `${id}.${REGION}.elb.amazonaws.com`,
    zoneId: 'Z215JYRZR1TBD5',
  }),
  'aws:lb/targetGroup:TargetGroup': (id) => ({ arnSuffix: `targetgroup/${id}/73e2d6bc24d8a067` }),
  'aws:apigateway/restApi:RestApi': (id) => ({
    arn: `arn:aws:apigateway:${REGION}::/restapis/${id}`,
    executionArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:${id}`,
    rootResourceId: `root-of-${id}`,
  }),
  'aws:apigateway/stage:Stage': (_, { restApi, stageName }) => ({
    arn: `arn:aws:apigateway:${REGION}::/restapis/${String(restApi)}/stages/${String(stageName)}`,
    invokeUrl: `https://${String(restApi)}.execute-api.${REGION}.amazonaws.com/${String(stageName)}`,
  }),
  'aws:cloudfront/distribution:Distribution': (id) => ({
    arn: `arn:aws:cloudfront::${ACCOUNT}:distribution/${id}`,
    domainName: `${id}.cloudfront.net`,
    hostedZoneId: 'Z2FDTNDATAQYW2',
  }),
  'aws:cloudwatch/logGroup:LogGroup': (_, { name }) => ({
    arn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${String(name)}`,
  }),
  'aws:rds/cluster:Cluster': (_, { clusterIdentifier }) => {
    const cluster = String(clusterIdentifier);
    return {
      id: cluster,
      arn: `arn:aws:rds:${REGION}:${ACCOUNT}:cluster:${cluster}`,
      clusterResourceId: 'cluster-1A2B3C',
      endpoint: `${cluster}.cluster-1a2b3c.${REGION}.rds.amazonaws.com`,
      readerEndpoint: `${cluster}.cluster-ro-1a2b3c.${REGION}.rds.amazonaws.com`,
      masterUserSecrets: [{ secretArn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:rds!${cluster}` }],
    };
  },
  'aws:rds/proxy:Proxy': (_, { name }) => ({
    arn: `arn:aws:rds:${REGION}:${ACCOUNT}:db-proxy:prx-1A2B3C`,
    endpoint: `${String(name)}.proxy-1a2b3c.${REGION}.rds.amazonaws.com`,
  }),
  'aws:elasticache/serverlessCache:ServerlessCache': (_, { name }) => ({
    arn: `arn:aws:elasticache:${REGION}:${ACCOUNT}:serverlesscache:${String(name)}`,
    endpoints: [{ address: `${String(name)}-1a2b3c.serverless.${REGION}.cache.amazonaws.com`, port: 6379 }],
    readerEndpoints: [{ address: `${String(name)}-1a2b3c.serverless.${REGION}.cache.amazonaws.com`, port: 6380 }],
  }),
  'aws:elasticache/user:User': (_, { userId }) => ({
    arn: `arn:aws:elasticache:${REGION}:${ACCOUNT}:user:${String(userId)}`,
  }),
  'aws:eks/cluster:Cluster': (_, { name }) => ({
    endpoint: `https://${String(name)}.eks.${REGION}.amazonaws.com`,
    vpcConfig: { clusterSecurityGroupId: `sg-${hash(String(name))}` },
  }),
  'aws:cloudwatch/metricAlarm:MetricAlarm': (id) => ({ arn: `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${id}` }),
};

function invokeArn(functionArn: string): string {
  return `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
}

function kebab(word: string): string {
  return word.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 7);
}
