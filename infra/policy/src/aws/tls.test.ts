import { UNKNOWN } from '@ml-platform/conventions';
import { declared, of } from '../testing/declared.ts';
import { dev, prod, testRules } from '../testing/test-rules.ts';
import { tlsRules } from './tls.ts';

const bucket = declared('aws:s3/bucket:Bucket');
const DENY = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: ['arn:aws:s3:::lake', 'arn:aws:s3:::lake/*'],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const policy = (...statements: object[]) => {
  return declared('aws:s3/bucketPolicy:BucketPolicy', {
    inputs: { policy: JSON.stringify({ Statement: statements }) },
    from: { bucket },
  });
};

const balancer = (internal: boolean) => declared('aws:lb/loadBalancer:LoadBalancer', { inputs: { internal } });
const listener = (inputs: object, internal = false) => {
  const from = { loadBalancerArn: balancer(internal) };
  return declared('aws:lb/listener:Listener', { inputs: { ...inputs }, from });
};
const FORWARD = { port: 80, protocol: 'HTTP', defaultActions: [{ type: 'forward' }] };
const REDIRECT = {
  ...FORWARD,
  defaultActions: [{ type: 'redirect', redirect: { protocol: 'HTTPS', statusCode: 'HTTP_301' } }],
};
const MODERN = 'ELBSecurityPolicy-TLS13-1-2-2021-06';

const distribution = (viewerProtocolPolicy: string, viewerCertificate: object) => {
  const behavior = { defaultCacheBehavior: { viewerProtocolPolicy } };
  return of('aws:cloudfront/distribution:Distribution', { ...behavior, viewerCertificate });
};

testRules(tlsRules, {
  'bucket-refuses-plain-http': {
    passes: {
      'a policy that denies it': dev(bucket, policy(DENY)),
      'a policy that is not known yet': dev(
        bucket,
        declared('aws:s3/bucketPolicy:BucketPolicy', { inputs: { policy: UNKNOWN }, from: { bucket } }),
      ),
    },
    fails: {
      'has no BucketPolicy': dev(bucket),
      "its BucketPolicy doesn't deny aws:SecureTransport 'false'": dev(bucket, policy({ ...DENY, Effect: 'Allow' })),
      "its BucketPolicy doesn't deny aws:SecureTransport 'false'; its BucketPolicy doesn't deny aws:SecureTransport 'false'":
        dev(bucket, policy({ ...DENY, Action: 's3:PutObject' }), bucket),
    },
  },
  'listener-uses-tls': {
    passes: {
      'HTTPS with a late policy': prod(
        listener({ protocol: 'HTTPS', sslPolicy: MODERN, defaultActions: FORWARD.defaultActions }),
      ),
      'a redirect': prod(listener(REDIRECT)),
      'plain HTTP inside of dev': dev(balancer(true), listener(FORWARD, true)),
    },
    fails: {
      'sslPolicy is not set: allows TLS before 1.2': prod(listener({ ...FORWARD, protocol: 'HTTPS' })),
      'sslPolicy ELBSecurityPolicy-2016-08 allows TLS before 1.2': prod(
        listener({ protocol: 'HTTPS', sslPolicy: 'ELBSecurityPolicy-2016-08', defaultActions: [] }),
      ),
      'forwards plain HTTP': dev(balancer(false), listener(FORWARD)),
      'forwards plain HTTP; forwards plain HTTP': prod(
        balancer(true),
        listener(FORWARD, true),
        listener(FORWARD, true),
      ),
    },
  },
  'distribution-uses-tls': {
    passes: {
      "CloudFront's own domain": dev(distribution('redirect-to-https', { cloudfrontDefaultCertificate: true })),
      'a domain of ours': prod(distribution('https-only', { minimumProtocolVersion: 'TLSv1.2_2021' })),
    },
    fails: {
      'lets viewers in by plain HTTP': dev(distribution('allow-all', { cloudfrontDefaultCertificate: true })),
      'viewerCertificate.minimumProtocolVersion is TLSv1': prod(
        distribution('https-only', { minimumProtocolVersion: 'TLSv1' }),
      ),
    },
  },
  'api-domain-uses-tls': {
    passes: { 'TLS 1.2': dev(of('aws:apigateway/domainName:DomainName', { securityPolicy: 'TLS_1_2' })) },
    fails: {
      'securityPolicy is not set': dev(of('aws:apigateway/domainName:DomainName')),
      'securityPolicy is TLS_1_0': dev(of('aws:apigateway/domainName:DomainName', { securityPolicy: 'TLS_1_0' })),
    },
  },
  'store-uses-tls': {
    passes: {
      'a cache': dev(of('aws:elasticache/replicationGroup:ReplicationGroup', { transitEncryptionEnabled: true })),
      'a database': dev(
        of('aws:rds/clusterParameterGroup:ClusterParameterGroup', {
          family: 'aurora-postgresql17',
          parameters: [{ name: 'rds.force_ssl', value: '1' }],
        }),
      ),
    },
    fails: {
      'transitEncryptionEnabled is off': dev(of('aws:elasticache/replicationGroup:ReplicationGroup')),
      'lets clients in without TLS': dev(
        of('aws:rds/clusterParameterGroup:ClusterParameterGroup', {
          family: 'aurora-postgresql17',
          parameters: [{ name: 'rds.force_ssl', value: '0' }],
        }),
      ),
    },
  },
});
