import { allow, type Statement } from '../../components/access/statements.ts';
import { arnsIn, type DeployerPlace, verbs } from './place.ts';

/** Load balancers, APIs, firewalls, the CDN, and asking what is behind them. */
export function edgeStatements(place: DeployerPlace): Statement[] {
  const { named } = arnsIn(place);
  const { account, region, prefixes } = place;
  const balancers = ['loadbalancer/app/', 'targetgroup/', 'listener/app/', 'listener-rule/app/'];
  const firewalls = prefixes.map((prefix) => `arn:aws:wafv2:us-east-1:${account}:global/webacl/${prefix}-*`);
  return [
    allow(
      'Balancers',
      verbs('elasticloadbalancing', 'LoadBalancer', 'TargetGroup', 'Listener', 'Rule', 'Tags'),
      named('elasticloadbalancing', ...balancers),
    ),
    allow(
      'Gateway',
      ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `apigateway:${method}`),
      [`arn:aws:apigateway:${region}::/*`],
    ),
    allow('Firewall', verbs('wafv2', 'WebACL', 'Resource', 'LoggingConfiguration'), [
      ...named('wafv2', 'regional/webacl/'),
      ...firewalls,
    ]),
    allow(
      'Distributions',
      verbs('cloudfront', 'Distribution', 'VpcOrigin', 'OriginAccessControl', 'Resource', 'TagsForResource'),
      [`arn:aws:cloudfront::${account}:*/*`],
    ),
    // A deploy asks what it deployed; an API's own id is known only then.
    allow('AskFunctions', ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'], named('lambda', 'function:')),
    allow('AskApis', ['execute-api:Invoke'], [`arn:aws:execute-api:${region}:${account}:*/*/*/*`]),
  ];
}
