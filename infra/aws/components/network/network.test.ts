import { expect, test } from 'vitest';
import { type ComponentRun, runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { networkConfig } from './config.ts';
import { Network, type NetworkArgs } from './network.ts';

const { dev, prod } = networkConfig.defaults;
const PROD = { ...TEST_CONTEXT, environment: 'prod', isProtected: true, isDisposable: false } as const;

function make(args: Partial<NetworkArgs>): Promise<ComponentRun> {
  return runComponent((options) => {
    const network = new Network('net', { ...dev, context: TEST_CONTEXT, logsKeyArn: 'arn:key/logs', ...args }, options);
    return { private: network.privateSubnetIds, public: network.publicSubnetIds };
  });
}

const ENDPOINT = 'aws:ec2/vpcEndpoint:VpcEndpoint';
const ROUTE = 'aws:ec2/route:Route';

test('in dev a network costs nothing: two zones, S3 and DynamoDB by routes, no way to the internet', async () => {
  const { one, all, outputs } = await make({});
  expect(one('aws:ec2/vpc:Vpc')).toMatchObject({ inputs: { cidrBlock: '10.20.0.0/16' }, options: { protect: false } });
  expect(all('aws:ec2/subnet:Subnet').map(({ inputs }) => [inputs.availabilityZone, inputs.cidrBlock])).toEqual([
    ['eu-central-1a', '10.20.0.0/19'],
    ['eu-central-1b', '10.20.64.0/19'],
  ]);
  expect(all(ENDPOINT).map(({ inputs }) => inputs.vpcEndpointType)).toEqual(['Gateway', 'Gateway']);
  const tables = all('aws:ec2/routeTable:RouteTable').length;
  expect(one(ENDPOINT, 'net-s3').inputs.routeTableIds).toHaveLength(tables);
  for (const type of [ROUTE, 'aws:ec2/natGateway:NatGateway', 'aws:ec2/internetGateway:InternetGateway']) {
    expect(all(type)).toEqual([]);
  }
  expect(outputs.public).toEqual([]);
  expect(outputs.private).toHaveLength(2);
  expect(all('aws:ec2/flowLog:FlowLog')).toEqual([]);
});

test('the group that AWS makes by itself lets nothing through', async () => {
  const { one } = await make({});
  expect(one('aws:ec2/defaultSecurityGroup:DefaultSecurityGroup').inputs).toMatchObject({ ingress: [], egress: [] });
});

test('in prod each endpoint is in two zones, takes calls of this account only, and connections are recorded', async () => {
  const { one, all } = await make({ ...prod, context: PROD });
  const endpoint = one(ENDPOINT, 'net-sagemaker-featurestore-runtime').inputs;
  expect(endpoint).toMatchObject({
    vpcEndpointType: 'Interface',
    privateDnsEnabled: true,
    serviceName: 'com.amazonaws.eu-central-1.sagemaker.featurestore-runtime',
  });
  expect(endpoint.subnetIds).toHaveLength(2);
  for (const { inputs } of all(ENDPOINT)) {
    const [own, ...others] = JSON.parse(String(inputs.policy)).Statement;
    expect(own.Condition.StringEquals).toEqual({ 'aws:PrincipalAccount': '111111111111' });
    expect(own.Condition.StringEqualsIfExists).toEqual({ 'aws:ResourceAccount': '111111111111' });
    expect(others.every(({ Action }: { Action: string[] }) => Action.join() === 's3:GetObject')).toBe(true);
  }
  expect(all(ENDPOINT)).toHaveLength(2 + prod.endpoints.length);
  expect(one('aws:ec2/vpc:Vpc').options.protect).toBe(true);
  expect(one('aws:cloudwatch/logGroup:LogGroup').inputs).toMatchObject({
    name: '/acme-dev/network/flow-logs',
    retentionInDays: 90,
    kmsKeyId: 'arn:key/logs',
  });
  expect(one('aws:ec2/flowLog:FlowLog').inputs).toMatchObject({ trafficType: 'ALL' });
});

test('workloads get out by HTTPS to services of AWS, and nothing gets in', async () => {
  const { all } = await make({});
  const rules = all('aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule');
  expect(rules.map(({ name }) => name)).toEqual(['net-to-endpoints', 'net-to-s3', 'net-to-dynamodb']);
  expect(rules.every(({ inputs }) => inputs.fromPort === 443 && inputs.toPort === 443)).toBe(true);
  expect(rules.every(({ inputs }) => inputs.cidrIpv4 === undefined)).toBe(true);
  expect(rules[1]?.inputs.prefixListId).toMatch(/^pl-/);
  const ingress = all('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule');
  expect(ingress.map(({ inputs }) => inputs.cidrIpv4)).toEqual(['10.20.0.0/16']);
});

test('public subnets are there when asked for, and give no addresses by themselves', async () => {
  const { all, one, outputs } = await make({ publicSubnets: true });
  const open = all('aws:ec2/subnet:Subnet').filter(({ inputs }) => inputs.mapPublicIpOnLaunch === false);
  expect(open.map(({ inputs }) => inputs.cidrBlock)).toEqual(['10.20.32.0/22', '10.20.96.0/22']);
  expect(outputs.public).toHaveLength(2);
  expect(one(ROUTE, 'net-public').inputs.destinationCidrBlock).toBe('0.0.0.0/0');
  expect(all('aws:ec2/natGateway:NatGateway')).toEqual([]);
});

test.each([
  { context: TEST_CONTEXT, gateways: 1 },
  { context: PROD, gateways: 3 },
])('with NAT there are $gateways gateways in $context.environment', async ({ context, gateways }) => {
  const { all, outputs } = await make({ zones: ['a', 'b', 'c'], nat: true, context });
  expect(all('aws:ec2/natGateway:NatGateway')).toHaveLength(gateways);
  const routes = all(ROUTE).filter(({ inputs }) => inputs.natGatewayId !== undefined);
  expect(new Set(routes.map(({ inputs }) => inputs.natGatewayId)).size).toBe(gateways);
  expect(routes).toHaveLength(3);
  expect(outputs.public).toHaveLength(3);
  const rules = all('aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule');
  expect(rules.find(({ name }) => name === 'net-to-internet')?.inputs).toMatchObject({
    cidrIpv4: '0.0.0.0/0',
    toPort: 443,
  });
});
