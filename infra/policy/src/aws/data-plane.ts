import { companions, each, ofType, type ResourceFacts, type Rule, type StackFacts } from '../rule.ts';
import { isUnknown, valueAt, valuesAt } from '../values.ts';

const databasesArePrivate: Rule = {
  name: 'database-is-private',
  description: 'A database with a public address is found and tried within minutes. Leave publiclyAccessible off.',
  level: 'mandatory',
  scope: 'resource',
  ...each(['aws:rds/instance:Instance', 'aws:rds/clusterInstance:ClusterInstance'], ({ inputs }) => {
    return inputs.publiclyAccessible === true ? 'is publicly accessible' : undefined;
  }),
};

interface Opening {
  readonly group: readonly ResourceFacts[];
  readonly resource: ResourceFacts;
  readonly protocol: unknown;
  readonly from: unknown;
  readonly to: unknown;
}

const ingressIsNarrow: Rule = {
  name: 'ingress-is-narrow',
  description:
    'What listens to the whole internet is attacked from it. Name a security group or a CIDR as the source; only a public load ' +
    'balancer takes 443 from anywhere.',
  level: 'mandatory',
  scope: 'stack',
  check: (stack) => {
    const open = openings(stack).filter((opening) => !isPublicHttps(opening, stack));
    return open.map(({ resource, from, to }) => {
      return {
        resource,
        message: `lets the whole internet in${from === undefined ? '' : ` at port ${from} to ${to}`}`,
      };
    });
  },
};

function openings(stack: StackFacts): Opening[] {
  const groups = ofType(stack, [
    'aws:ec2/securityGroup:SecurityGroup',
    'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup',
  ]);
  const inline = groups.flatMap((group) => {
    return valuesAt(group, 'ingress').flatMap((rule) => {
      const { cidrBlocks = [], ipv6CidrBlocks = [], protocol, fromPort, toPort } = rule as Record<string, unknown>;
      const isOpen = [cidrBlocks, ipv6CidrBlocks].flat().some(isAnywhere);
      return isOpen ? [{ group: [group], resource: group, protocol, from: fromPort, to: toPort }] : [];
    });
  });
  const rules = ofType(stack, ['aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', OLD_RULE]).flatMap(
    (rule) => {
      const { cidrIpv4, cidrIpv6, cidrBlocks, ipv6CidrBlocks, type, ipProtocol, protocol, fromPort, toPort } =
        rule.inputs;
      const isOpen = type !== 'egress' && [cidrIpv4, cidrIpv6, cidrBlocks, ipv6CidrBlocks].flat().some(isAnywhere);
      const group = groups.filter(({ urn }) => rule.propertyDependencies.securityGroupId?.includes(urn));
      return isOpen ? [{ group, resource: rule, protocol: ipProtocol ?? protocol, from: fromPort, to: toPort }] : [];
    },
  );
  return [...inline, ...rules];
}

const OLD_RULE = 'aws:ec2/securityGroupRule:SecurityGroupRule';

function isAnywhere(cidr: unknown): boolean {
  return /\/0$/.test(String(cidr));
}

function isPublicHttps({ group, protocol, from, to }: Opening, stack: StackFacts): boolean {
  if (!/^(tcp|6)$/.test(String(protocol)) || from !== 443 || to !== 443 || group.length === 0) return false;
  const open = ofType(stack, 'aws:lb/loadBalancer:LoadBalancer').filter(({ inputs }) => inputs.internal !== true);
  return group.every(({ urn }) => open.some((one) => one.propertyDependencies.securityGroups?.includes(urn)));
}

const workloadsHaveNoPublicAddress: Rule = {
  name: 'workload-has-no-public-address',
  description:
    'Outside of dev, workloads live in private subnets and reach AWS by endpoints. Leave assignPublicIp, mapPublicIpOnLaunch and ' +
    'associatePublicIpAddress off.',
  level: 'mandatory',
  scope: 'resource',
  ...each(
    ['aws:ecs/service:Service', 'aws:ec2/subnet:Subnet', 'aws:ec2/instance:Instance'],
    (resource, { environment }) => {
      if (environment === 'dev' || environment === 'preview') return undefined;
      const paths = ['networkConfiguration.assignPublicIp', 'mapPublicIpOnLaunch', 'associatePublicIpAddress'];
      return paths.filter((path) => valueAt(resource, path) === true).map((path) => `${path} is on`);
    },
  ),
};

const studiosStayInside: Rule = {
  name: 'notebook-stays-in-network',
  description:
    'Whoever opens a notebook can send data anywhere. Set appNetworkAccessType VpcOnly, directInternetAccess Disabled.',
  level: 'mandatory',
  scope: 'resource',
  ...each(['aws:sagemaker/domain:Domain', 'aws:sagemaker/notebookInstance:NotebookInstance'], (resource) => {
    const { appNetworkAccessType, directInternetAccess } = resource.inputs;
    const isInside = appNetworkAccessType === 'VpcOnly' || directInternetAccess === 'Disabled';
    return isInside || isUnknown(appNetworkAccessType) ? undefined : 'has direct access to the internet';
  }),
};

const clustersArePrivate: Rule = {
  name: 'cluster-endpoint-is-private',
  description:
    'The API of a Kubernetes cluster is its front door. Set endpointPrivateAccess, and endpointPublicAccess false or ' +
    'publicAccessCidrs of your own.',
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:eks/cluster:Cluster', (cluster) => {
    if (valueAt(cluster, 'vpcConfig.endpointPublicAccess') === false) return undefined;
    const cidrs = valuesAt(cluster, 'vpcConfig.publicAccessCidrs');
    return cidrs.length > 0 && !cidrs.some(isAnywhere) ? undefined : 'its API is open to the internet';
  }),
};

const networksKeepFlowLogs: Rule = {
  name: 'network-keeps-flow-logs',
  description:
    'After an attack, flow logs are what says who spoke to whom. Give each VPC of staging and prod a FlowLog.',
  level: 'advisory',
  scope: 'stack',
  ...each('aws:ec2/vpc:Vpc', (vpc, stack) => {
    if (stack.environment === 'dev' || stack.environment === 'preview') return undefined;
    return companions(stack, vpc, 'aws:ec2/flowLog:FlowLog', 'vpcId').length > 0 ? undefined : 'has no FlowLog';
  }),
};

export const dataPlaneRules = [
  databasesArePrivate,
  ingressIsNarrow,
  workloadsHaveNoPublicAddress,
  studiosStayInside,
  clustersArePrivate,
  networksKeepFlowLogs,
];
