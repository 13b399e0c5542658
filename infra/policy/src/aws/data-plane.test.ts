import { declared, of } from '../testing/declared.ts';
import { dev, prod, testRules } from '../testing/test-rules.ts';
import { dataPlaneRules } from './data-plane.ts';

const group = declared('aws:ec2/securityGroup:SecurityGroup');
const HTTPS = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };
const ingress = (inputs: object) => {
  return declared('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', {
    inputs: { ...inputs },
    from: { securityGroupId: group },
  });
};
const balancer = (internal: boolean) => {
  return declared('aws:lb/loadBalancer:LoadBalancer', { inputs: { internal }, from: { securityGroups: group } });
};
const inline = (rule: object) => of('aws:ec2/securityGroup:SecurityGroup', { ingress: [rule] });
const cluster = (vpcConfig: object) => of('aws:eks/cluster:Cluster', { vpcConfig });
const vpc = declared('aws:ec2/vpc:Vpc');

testRules(dataPlaneRules, {
  'database-is-private': {
    passes: { 'one that says nothing': dev(of('aws:rds/clusterInstance:ClusterInstance')) },
    fails: { 'is publicly accessible': dev(of('aws:rds/instance:Instance', { publiclyAccessible: true })) },
  },
  'ingress-is-narrow': {
    passes: {
      'a network of ours': dev(group, ingress({ ...HTTPS, cidrIpv4: '10.0.0.0/16' })),
      '443 of a public load balancer': dev(group, balancer(false), ingress({ ...HTTPS, cidrIpv4: '0.0.0.0/0' })),
      'what goes out': dev(
        of('aws:ec2/securityGroupRule:SecurityGroupRule', { type: 'egress', cidrBlocks: ['0.0.0.0/0'] }),
      ),
    },
    fails: {
      'lets the whole internet in at port 443 to 443': dev(
        group,
        balancer(true),
        ingress({ ...HTTPS, cidrIpv4: '0.0.0.0/0' }),
      ),
      'lets the whole internet in at port 0 to 443': dev(
        group,
        balancer(false),
        ingress({ ...HTTPS, fromPort: 0, cidrIpv6: '::/0' }),
      ),
      'lets the whole internet in at port 22 to 22': dev(
        inline({ protocol: 'tcp', fromPort: 22, toPort: 22, cidrBlocks: ['0.0.0.0/0'] }),
      ),
      'lets the whole internet in': dev(
        of('aws:ec2/securityGroupRule:SecurityGroupRule', {
          type: 'ingress',
          protocol: '-1',
          cidrBlocks: ['0.0.0.0/0'],
        }),
      ),
    },
  },
  'workload-has-no-public-address': {
    passes: {
      'a service of dev': dev(of('aws:ecs/service:Service', { networkConfiguration: { assignPublicIp: true } })),
      'a private one': prod(of('aws:ecs/service:Service', { networkConfiguration: { assignPublicIp: false } })),
    },
    fails: {
      'networkConfiguration.assignPublicIp is on': prod(
        of('aws:ecs/service:Service', { networkConfiguration: { assignPublicIp: true } }),
      ),
      'mapPublicIpOnLaunch is on': prod(of('aws:ec2/subnet:Subnet', { mapPublicIpOnLaunch: true })),
    },
  },
  'notebook-stays-in-network': {
    passes: { 'a domain inside': dev(of('aws:sagemaker/domain:Domain', { appNetworkAccessType: 'VpcOnly' })) },
    fails: { 'has direct access to the internet': dev(of('aws:sagemaker/domain:Domain')) },
  },
  'cluster-endpoint-is-private': {
    passes: {
      'a private one': prod(cluster({ endpointPublicAccess: false, endpointPrivateAccess: true })),
      'one for the office': dev(cluster({ publicAccessCidrs: ['203.0.113.0/24'] })),
    },
    fails: {
      'its API is open to the internet': prod(cluster({ endpointPrivateAccess: true })),
      'its API is open to the internet; its API is open to the internet': dev(
        cluster({ publicAccessCidrs: ['0.0.0.0/0'] }),
        cluster({}),
      ),
    },
  },
  'network-keeps-flow-logs': {
    passes: {
      'a network with one': prod(vpc, declared('aws:ec2/flowLog:FlowLog', { from: { vpcId: vpc } })),
      'a network of dev': dev(vpc),
    },
    fails: { 'has no FlowLog': prod(vpc, of('aws:ec2/flowLog:FlowLog')) },
  },
});
