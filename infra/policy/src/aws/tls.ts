import { statementsOf } from '../documents/policy-document.ts';
import { companions, each, ofType, refersTo, type ResourceFacts, type Rule, type StackFacts } from '../rule.ts';
import { holds, isTrue, isUnknown, valueAt, valuesAt } from '../values.ts';

const bucketsRefusePlainHttp: Rule = {
  name: 'bucket-refuses-plain-http',
  description:
    'S3 answers over plain HTTP unless a policy forbids it. Give each bucket a BucketPolicy that denies all when ' +
    "aws:SecureTransport is 'false'.",
  level: 'mandatory',
  scope: 'stack',
  ...each('aws:s3/bucket:Bucket', (bucket, stack) => {
    const policies = companions(stack, bucket, 'aws:s3/bucketPolicy:BucketPolicy', 'bucket');
    if (policies.length === 0) return 'has no BucketPolicy';
    return policies.some(deniesPlainHttp) ? undefined : "its BucketPolicy doesn't deny aws:SecureTransport 'false'";
  }),
};

function deniesPlainHttp({ inputs }: ResourceFacts): boolean {
  if (isUnknown(inputs.policy)) return true;
  return statementsOf(inputs.policy).some(({ effect, actions, principals, conditions }) => {
    const isPlain = conditions.some(({ key, values }) => key === 'aws:securetransport' && values.includes('false'));
    const isAll = actions.some((action) => action === 's3:*' || action === '*') && (principals.AWS ?? []).includes('*');
    return effect === 'Deny' && isPlain && isAll && conditions.length === 1;
  });
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const TLS_12 = /^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)/;

const listenersUseTls: Rule = {
  name: 'listener-uses-tls',
  description:
    'Requests carry data and credentials. Listen by HTTPS with a policy of TLS 1.2 or later, and let port 80 redirect; only an ' +
    'internal load balancer of dev or a preview, which has no domain, may forward plain HTTP.',
  level: 'mandatory',
  scope: 'stack',
  ...each('aws:lb/listener:Listener', (listener, stack) => {
    const protocol = String(valueAt(listener, 'protocol') ?? 'HTTP');
    if (protocol === 'HTTPS' || protocol === 'TLS') {
      const isModern = holds(valueAt(listener, 'sslPolicy'), (policy) => TLS_12.test(String(policy)));
      return isModern
        ? undefined
        : `sslPolicy ${valueAt(listener, 'sslPolicy') ?? 'is not set:'} allows TLS before 1.2`;
    }
    const onlyRedirects = valuesAt(listener, 'defaultActions').every((action) => redirects(action));
    return onlyRedirects || isInternalTrial(listener, stack) ? undefined : `forwards plain ${protocol}`;
  }),
};

function redirects(action: unknown): boolean {
  const { type, redirect } = action as { type?: string; redirect?: { protocol?: string } };
  return type === 'redirect' && redirect?.protocol === 'HTTPS';
}

function isInternalTrial(listener: ResourceFacts, stack: StackFacts): boolean {
  const balancers = ofType(stack, 'aws:lb/loadBalancer:LoadBalancer');
  const of = balancers.filter((balancer) => refersTo(listener, 'loadBalancerArn', balancer));
  const isTrial = stack.environment === 'dev' || stack.environment === 'preview';
  return isTrial && of.length > 0 && of.every(({ inputs }) => isTrue(inputs.internal));
}

const distributionsUseTls: Rule = {
  name: 'distribution-uses-tls',
  description:
    'Requests carry data and credentials. Let viewers in by HTTPS alone (redirect-to-https or https-only), of TLS 1.2 or later ' +
    'where the domain is ours.',
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:cloudfront/distribution:Distribution', (distribution) => {
    const policies = ['defaultCacheBehavior', 'orderedCacheBehaviors'].flatMap((behavior) => {
      return valuesAt(distribution, `${behavior}.viewerProtocolPolicy`);
    });
    const least = valueAt(distribution, 'viewerCertificate.minimumProtocolVersion');
    const isDefault = isTrue(valueAt(distribution, 'viewerCertificate.cloudfrontDefaultCertificate'));
    return [
      ...(policies.includes('allow-all') ? ['lets viewers in by plain HTTP'] : []),
      ...(isDefault || holds(least, (version) => /^TLSv1\.[23]/.test(String(version)))
        ? []
        : [`viewerCertificate.minimumProtocolVersion is ${least ?? 'not set'}`]),
    ];
  }),
};

const domainsUseTls: Rule = {
  name: 'api-domain-uses-tls',
  description: 'TLS before 1.2 is broken. Set securityPolicy TLS_1_2, or a later one, on the domain of an API.',
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:apigateway/domainName:DomainName', (domain) => {
    const policy = valueAt(domain, 'securityPolicy');
    const isModern = holds(policy, (known) => known !== undefined && known !== 'TLS_1_0');
    return isModern ? undefined : `securityPolicy is ${policy ?? 'not set'}`;
  }),
};

const storesUseTls: Rule = {
  name: 'store-uses-tls',
  description:
    "Inside a network, too, data travels encrypted. Set a cache's transitEncryptionEnabled, and rds.force_ssl=1 in a cluster's " +
    'parameter group.',
  level: 'mandatory',
  scope: 'resource',
  ...each(
    ['aws:elasticache/replicationGroup:ReplicationGroup', 'aws:rds/clusterParameterGroup:ClusterParameterGroup'],
    (resource) => {
      if (resource.type.startsWith('aws:elasticache/')) {
        return isTrue(resource.inputs.transitEncryptionEnabled) ? undefined : 'transitEncryptionEnabled is off';
      }
      const parameters = valuesAt(resource, 'parameters') as { name?: string; value?: unknown }[];
      const isForced = parameters.some(({ name, value }) => name === 'rds.force_ssl' && String(value) === '1');
      const isPostgres = /postgres/.test(String(valueAt(resource, 'family')));
      return isPostgres && !isForced ? 'lets clients in without TLS' : undefined;
    },
  ),
};

export const tlsRules = [bucketsRefusePlainHttp, listenersUseTls, distributionsUseTls, domainsUseTls, storesUseTls];
