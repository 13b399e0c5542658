import { expect, test } from 'vitest';
import { runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { Cluster, type ClusterArgs } from './cluster.ts';
import { clusterConfig, clusterProblems } from './config.ts';

const { dev, prod } = clusterConfig.defaults;

const ADMIN = 'arn:aws:iam::111111111111:role/platform-admin';
const ROLES = {
  training: 'arn:aws:iam::111111111111:role/training',
  serving: 'arn:aws:iam::111111111111:role/serving',
  pipelineRunner: 'arn:aws:iam::111111111111:role/runner',
};

const run = (args: Partial<ClusterArgs>) =>
  runComponent((options) => {
    const given = {
      context: TEST_CONTEXT,
      subnetIds: ['subnet-a', 'subnet-b'],
      roleArns: ROLES,
      secretsKeyArn: 'arn:aws:kms:eu-central-1:111111111111:key/secrets',
      logsKeyArn: 'arn:aws:kms:eu-central-1:111111111111:key/logs',
    };
    const { clusterName, endpoint } = new Cluster('acme-dev-cluster', { ...dev, ...given, ...args }, options);
    return { clusterName, endpoint };
  });

test('a cluster is private, logs all, encrypts secrets, and has auto mode in all of its parts', async () => {
  const { one, all } = await run({});
  const cluster = one('aws:eks/cluster:Cluster');
  expect(cluster.inputs).toMatchObject({
    accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
    bootstrapSelfManagedAddons: false,
    computeConfig: { enabled: true, nodePools: ['general-purpose', 'system'] },
    kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
    storageConfig: { blockStorage: { enabled: true } },
    vpcConfig: { endpointPrivateAccess: true, endpointPublicAccess: false },
    encryptionConfig: { provider: { keyArn: expect.stringContaining('key/secrets') }, resources: ['secrets'] },
  });
  expect(cluster.inputs.enabledClusterLogTypes).toHaveLength(5);
  const logs = one('aws:cloudwatch/logGroup:LogGroup');
  expect(logs.inputs).toMatchObject({ name: `/aws/eks/${cluster.inputs.name}/cluster`, retentionInDays: 7 });
  expect(cluster.dependencies).toContain(logs.urn);
  expect([...all('aws:eks/nodeGroup:NodeGroup'), ...all('aws:eks/addon:Addon')]).toEqual([]);
});

test('people get in by entries for their roles, pods by the roles that config gives them', async () => {
  const viewer = 'arn:aws:iam::111111111111:role/viewer';
  const pods = [{ namespace: 'serving', serviceAccount: 'server', role: 'serving' as const }];
  const { one, all } = await run({ admins: [ADMIN], viewers: [viewer], pods });
  expect(all('aws:eks/accessEntry:AccessEntry')).toHaveLength(2);
  const policies = all('aws:eks/accessPolicyAssociation:AccessPolicyAssociation').map(({ inputs }) => {
    return [inputs.principalArn, String(inputs.policyArn).split('/').at(-1)];
  });
  expect(Object.fromEntries(policies)).toEqual({
    [ADMIN]: 'AmazonEKSClusterAdminPolicy',
    [viewer]: 'AmazonEKSViewPolicy',
  });
  expect(one('aws:eks/podIdentityAssociation:PodIdentityAssociation').inputs).toMatchObject({
    namespace: 'serving',
    serviceAccount: 'server',
    roleArn: ROLES.serving,
  });
});

test('spot machines start at none, say what they are, and their number is left to the autoscaler', async () => {
  const { one, all } = await run({ spotNodes: true, autoMode: false });
  const nodes = one('aws:eks/nodeGroup:NodeGroup');
  expect(nodes.inputs).toMatchObject({
    capacityType: 'SPOT',
    scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 4 },
    taints: [{ key: 'capacity', value: 'spot', effect: 'NO_SCHEDULE' }],
  });
  expect(nodes.options.ignoreChanges).toEqual(['scalingConfig.desiredSize']);
  const addons = all('aws:eks/addon:Addon').map(({ inputs }) => inputs.addonName);
  expect(addons.sort()).toEqual(['coredns', 'eks-pod-identity-agent', 'kube-proxy', 'vpc-cni']);
  expect(one('aws:eks/cluster:Cluster').inputs).toMatchObject({
    computeConfig: { enabled: false },
    kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: false } },
    storageConfig: { blockStorage: { enabled: false } },
  });
});

test('in prod it is protected', async () => {
  const { one } = await run({ ...prod, context: { ...TEST_CONTEXT, isProtected: true } });
  const { inputs, options } = one('aws:eks/cluster:Cluster');
  expect([inputs.deletionProtection, options.protect]).toEqual([true, true]);
});

test('a cluster without machines, without anybody in it, or without a way to AWS is refused', () => {
  const keys = (settings: Partial<typeof dev>, network = { nat: true, endpoints: [] as string[] }) =>
    clusterProblems({ ...dev, enabled: true, admins: [ADMIN], ...settings }, network).map(({ key }) => key);
  expect(keys({})).toEqual([]);
  expect(keys({ autoMode: false })).toEqual(['cluster.autoMode']);
  expect(keys({ admins: [] })).toEqual(['cluster.admins']);
  expect(keys({}, { nat: false, endpoints: ['ec2'] })).toEqual(['network.endpoints']);
  expect(keys({ enabled: false, admins: [] })).toEqual([]);
  for (const settings of Object.values(clusterConfig.defaults)) {
    expect(clusterConfig.schema.parse(settings)).toEqual(settings);
  }
});
