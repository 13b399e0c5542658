import type { Pricer } from '@ml-platform/conventions/cost';
import { byUse, hourly, listOf, monthly, numberOf, scales } from './charges.ts';

const natGateway: Pricer = (_, facts) => [
  { ...hourly(facts, 'NAT gateway', 'nat'), scales: scales(facts, 'through the NAT gateway', 'nat.data') },
];

const publicAddress: Pricer = (_, facts) => [hourly(facts, 'public address', 'address')];

/** One of an interface is billed in each zone that it is in; that of a gateway is free. */
const vpcEndpoint: Pricer = ({ inputs }, facts) => {
  if (inputs.vpcEndpointType !== 'Interface') return [];
  const zones = Math.max((inputs.subnetIds as unknown[] | undefined)?.length ?? 0, 1);
  const charge = hourly(facts, 'interface endpoint', 'endpoint', zones);
  return [{ ...charge, scales: scales(facts, 'through interface endpoints', 'endpoint.data') }];
};

/** A public one has an address in each of its zones. */
const loadBalancer: Pricer = ({ inputs }, facts) => {
  const zones = (inputs.subnets as unknown[] | undefined)?.length ?? 0;
  const addresses = inputs.internal === true ? 0 : zones;
  return [
    {
      ...hourly(facts, 'load balancer', 'load-balancer'),
      scales: scales(facts, 'load balancer', 'load-balancer.use'),
    },
    ...(addresses > 0 ? [hourly(facts, "load balancer's public addresses", 'address', addresses)] : []),
  ];
};

const webAcl: Pricer = ({ inputs }, facts) => [
  { ...monthly(facts, 'web ACL', 'waf.acl'), scales: scales(facts, 'web ACL', 'waf.requests') },
  monthly(facts, 'rules of the web ACL', 'waf.rule', listOf(inputs, 'rules').length),
];

const distribution: Pricer = (_, facts) => [byUse(facts, 'content delivery', 'cdn.data', 'cdn.requests')];

const hostedZone: Pricer = (_, facts) => [monthly(facts, 'hosted zone', 'zone')];

/** Where flow logs go to CloudWatch; to S3 they cost a half of it. */
const flowLog: Pricer = (_, facts) => [byUse(facts, 'records of connections', 'logs')];

const restStage: Pricer = ({ inputs }, facts) => {
  const size = numberOf(inputs.cacheClusterSize, 0.5);
  const cache = inputs.cacheClusterEnabled === true ? [hourly(facts, 'cache of the API', `api.cache.${size}`)] : [];
  return [byUse(facts, 'API', 'api.requests'), ...cache];
};

const httpApi: Pricer = (_, facts) => [byUse(facts, 'HTTP API', 'api.http.requests')];

export const NETWORK: Readonly<Record<string, Pricer>> = {
  'aws:apigateway/stage:Stage': restStage,
  'aws:apigatewayv2/api:Api': httpApi,
  'aws:cloudfront/distribution:Distribution': distribution,
  'aws:ec2/eip:Eip': publicAddress,
  'aws:ec2/flowLog:FlowLog': flowLog,
  'aws:ec2/natGateway:NatGateway': natGateway,
  'aws:ec2/vpcEndpoint:VpcEndpoint': vpcEndpoint,
  'aws:lb/loadBalancer:LoadBalancer': loadBalancer,
  'aws:route53/zone:Zone': hostedZone,
  'aws:wafv2/webAcl:WebAcl': webAcl,
};
