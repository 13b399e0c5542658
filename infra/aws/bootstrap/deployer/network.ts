import { allow, type Statement } from '../../components/access/statements.ts';
import { arnsIn, type DeployerPlace, taggedAs } from './place.ts';

const KINDS = [
  'vpc',
  'subnet',
  'route-table',
  'vpc-endpoint',
  'security-group',
  'security-group-rule',
  'vpc-flow-log',
  'natgateway',
  'elastic-ip',
  'internet-gateway',
  'network-acl',
];

const MADE = [
  'Vpc',
  'Subnet',
  'RouteTable',
  'VpcEndpoint',
  'SecurityGroup',
  'FlowLogs',
  'NatGateway',
  'InternetGateway',
];

const CHANGED = [
  'Associate',
  'Attach',
  'Authorize',
  'Create',
  'Delete',
  'Detach',
  'Disassociate',
  'Modify',
  'Release',
  'Replace',
  'Revoke',
];

/** Actions that know no resource. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
const SEEN = [
  'Addresses',
  'AvailabilityZones',
  'FlowLogs',
  'InternetGateways',
  'NatGateways',
  'NetworkAcls',
  'NetworkInterfaces',
  'PrefixLists',
  'RouteTables',
  'SecurityGroupRules',
  'SecurityGroups',
  'Subnets',
  'Tags',
  'VpcEndpoints',
  'Vpcs',
];

/** EC2 gives its resources no names: what may be changed goes by the tags of the stack, which are given as it is made. */
export function networkStatements(place: DeployerPlace): Statement[] {
  const asked = taggedAs(place, 'RequestTag');
  const making = [...MADE.map((one) => `Create${one}`), 'AllocateAddress'];
  const ruling = ['AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress'];
  const arn = (kind: string) => arnsIn(place).arn('ec2', `${kind}/*`);
  const arns = KINDS.map(arn);
  return [
    {
      ...allow(
        'MakeNetwork',
        making.map((action) => `ec2:${action}`),
        arns,
      ),
      Condition: asked,
    },
    {
      ...allow(
        'MakeRules',
        ruling.map((action) => `ec2:${action}`),
        [arn('security-group-rule')],
      ),
      Condition: asked,
    },
    {
      ...allow('TagNewNetwork', ['ec2:CreateTags'], arns),
      Condition: { ...asked, StringEquals: { ...asked.StringEquals, 'ec2:CreateAction': [...making, ...ruling] } },
    },
    // A network comes with a group that nobody has tagged.
    {
      ...allow('TagDefaultGroup', ['ec2:CreateTags'], [arn('security-group')]),
      Condition: { ...asked, Null: { 'aws:ResourceTag/stack': 'true' } },
    },
    {
      ...allow(
        'ChangeNetwork',
        CHANGED.map((verb) => `ec2:${verb}*`),
        arns,
      ),
      Condition: taggedAs(place, 'ResourceTag'),
    },
    allow(
      'SeeNetwork',
      SEEN.map((one) => `ec2:Describe${one}`),
      ['*'],
    ),
  ];
}
