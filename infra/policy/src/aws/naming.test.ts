import { UNKNOWN } from '@ml-platform/conventions';
import { declared, of } from '../testing/declared.ts';
import { dev, testRules } from '../testing/test-rules.ts';
import { namingRules } from './naming.ts';

const BUCKET = 'aws:s3/bucket:Bucket';
const named = (type: string, name: string) => declared(type, {}, name);
const bucket = named(BUCKET, 'acme-state');
const provider = (region: string) => declared('pulumi:providers:aws', { inputs: { region } }, region);

testRules(namingRules, {
  'names-fit': {
    passes: {
      'a name that Pulumi completes': dev(named('aws:lb/loadBalancer:LoadBalancer', 'a'.repeat(24))),
      'a name of our own': dev(of('aws:kms/alias:Alias', { name: 'alias/acme-dev-data' })),
      'one that is not known yet': dev(of(BUCKET, { bucket: UNKNOWN })),
    },
    fails: {
      "name 'aaaaaaaaaaaaaaaaaaaaaaaaa-0123abc' has 33 characters of 32": dev(
        named('aws:lb/loadBalancer:LoadBalancer', 'a'.repeat(25)),
      ),
      "name 'Acme_Lake' isn't of the form ^[a-z0-9][a-z0-9.-]+[a-z0-9]$": dev(of(BUCKET, { bucket: 'Acme_Lake' })),
    },
  },
  'names-are-unique': {
    passes: {
      'two names': dev(
        declared(BUCKET, { inputs: { bucket: 'acme-a' } }, 'acme-a'),
        declared(BUCKET, { inputs: { bucket: 'acme-b' } }, 'acme-b'),
      ),
      'one name of two types': dev(
        declared('aws:sqs/queue:Queue', { inputs: { name: 'acme-a' } }),
        declared('aws:sns/topic:Topic', { inputs: { name: 'acme-a' } }),
      ),
      'two that Pulumi names': dev(named(BUCKET, 'acme-a'), named(BUCKET, 'acme-b')),
    },
    fails: {
      'its name acme-a is taken already': dev(
        declared(BUCKET, { inputs: { bucket: 'acme-a' } }, 'acme-a'),
        declared(BUCKET, { inputs: { bucket: 'acme-a' } }, 'acme-b'),
      ),
      'its URN is taken already': dev(named(BUCKET, 'acme-a'), named(BUCKET, 'acme-a')),
    },
  },
  'names-have-prefix': {
    passes: {
      'a name of the stack': dev(named(BUCKET, 'acme-dev-lake')),
      'a provider': dev(provider('eu-west-1')),
      'what an account has once': dev({ ...bucket, urn: bucket.urn.replace(':dev:', ':bootstrap:') }),
    },
    fails: { "its name doesn't begin with acme-dev-": dev(named(BUCKET, 'lake')) },
  },
  'resources-are-in-region': {
    passes: {
      'one region': dev(provider('eu-central-1'), of(BUCKET, { region: 'eu-central-1' })),
      'what CloudFront needs': dev(provider('eu-central-1'), of('aws:wafv2/webAcl:WebAcl', { region: 'us-east-1' })),
    },
    fails: {
      'is in ap-south-1, the stack in eu-central-1': dev(
        provider('eu-central-1'),
        of(BUCKET, { region: 'ap-south-1' }),
      ),
      'is in eu-west-1, the stack in eu-central-1': dev(provider('eu-central-1'), provider('eu-west-1')),
    },
  },
});
