import { allowsOf, type Statement } from '../documents/policy-document.ts';
import { companions, each, type Rule } from '../rule.ts';
import { isSet, isTrue, valueAt } from '../values.ts';
import { RESOURCE_POLICIES } from './types.ts';

const BLOCKS = ['blockPublicAcls', 'blockPublicPolicy', 'ignorePublicAcls', 'restrictPublicBuckets'];

const bucketsBlockPublicAccess: Rule = {
  name: 'bucket-blocks-public-access',
  description:
    'One wrong ACL or policy makes a data lake public. Give each bucket a BucketPublicAccessBlock with all four settings on.',
  level: 'mandatory',
  scope: 'stack',
  ...each('aws:s3/bucket:Bucket', (bucket, stack) => {
    const blocks = companions(stack, bucket, 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', 'bucket');
    const [block] = blocks;
    if (!block) return 'has no BucketPublicAccessBlock';
    const off = BLOCKS.filter((setting) => !isTrue(block.inputs[setting]));
    return off.length > 0 ? `its BucketPublicAccessBlock lacks ${off.join(', ')}: true` : undefined;
  }),
};

const bucketsHaveNoPublicAcl: Rule = {
  name: 'bucket-has-no-public-acl',
  description: 'An ACL for everybody makes objects public. Leave ACLs off, and grant access by policies to roles.',
  level: 'mandatory',
  scope: 'resource',
  ...each(['aws:s3/bucket:Bucket', 'aws:s3/bucketAcl:BucketAcl'], (resource) => {
    const acl = valueAt(resource, 'acl');
    return /^(public-|authenticated-read)/.test(String(acl)) ? `its ACL is ${acl}` : undefined;
  }),
};

const policiesNamePrincipals: Rule = {
  name: 'resource-policy-names-principals',
  description:
    'A policy that allows every principal opens its resource to all accounts. Name roles or services, or limit it by a ' +
    'condition on the account, the organization, or the source.',
  level: 'mandatory',
  scope: 'resource',
  ...each(Object.keys(RESOURCE_POLICIES), (resource) => {
    const document = valueAt(resource, RESOURCE_POLICIES[resource.type] ?? 'policy');
    const open = allowsOf(document).filter((statement) => allowsAll(statement) && !isLimited(statement));
    return open.length > 0 ? "allows principal '*' without a condition that limits who it is" : undefined;
  }),
};

const permissionsNameCallers: Rule = {
  name: 'function-permission-names-source',
  description:
    'A permission for a service alone lets anybody call the function by way of that service. Give sourceArn and sourceAccount.',
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:lambda/permission:Permission', (permission) => {
    const { principal, principalOrgId, sourceArn, sourceAccount } = permission.inputs;
    if (principal === '*') return isSet(principalOrgId) ? undefined : "allows principal '*'";
    const isService = /\.amazonaws\.com$/.test(String(principal));
    const isBound = isSet(sourceArn) && (isSet(sourceAccount) || !NEEDS_ACCOUNT.test(String(principal)));
    return isService && !isBound ? `allows ${principal} without sourceArn and sourceAccount` : undefined;
  }),
};

/** ARNs of buckets name no account: another one could make a bucket of the same name after this one is gone. */
const NEEDS_ACCOUNT = /^s3\./;

/** Keys of a condition that say which accounts, organizations or resources a caller may be of. */
const LIMITING =
  /^(aws:(principal(account|arn|orgid|orgpaths)|source(account|arn|orgid|orgpaths|vpc|vpce|owner)|resourceaccount)|kms:(calleraccount|viaservice)|sns:endpoint)$/;

function allowsAll({ principals }: Statement): boolean {
  return Object.values(principals).flat().includes('*');
}

function isLimited({ conditions }: Statement): boolean {
  return conditions.some(({ key, operator }) => LIMITING.test(key) && !operator.includes('Not'));
}

export const publicStorageRules = [
  bucketsBlockPublicAccess,
  bucketsHaveNoPublicAcl,
  policiesNamePrincipals,
  permissionsNameCallers,
];
