import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as wafv2 from '@pulumi/aws/wafv2/index.js';
import type * as pulumi from '@pulumi/pulumi';

export interface FirewallParts {
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  /** Where a firewall of CloudFront has to be; a regional one is where the stack is. */
  readonly region?: string;
  /** From one address. */
  readonly ratePer5Minutes: number;
  readonly logsKeyArn: pulumi.Input<string>;
  readonly logRetentionDays: number;
}

/**
 * Rules of AWS against what is known to be harmful.
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
const MANAGED = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
];

/** A body of rows is larger than what the common rules take, and the API checks its size and form. */
const COUNTED: Readonly<Record<string, readonly string[]>> = {
  AWSManagedRulesCommonRuleSet: ['SizeRestrictions_BODY'],
};

export function makeFirewall(name: string, parts: FirewallParts, options: pulumi.CustomResourceOptions): wafv2.WebAcl {
  const { scope, region, ratePer5Minutes, logsKeyArn, logRetentionDays } = parts;
  const place = region === undefined ? {} : { region };
  const acl = new wafv2.WebAcl(
    name,
    {
      scope,
      ...place,
      defaultAction: { allow: {} },
      rules: [rateRule(ratePer5Minutes), ...MANAGED.map((group, index) => managedRule(group, index + 1))],
      visibilityConfig: visible(name),
    },
    options,
  );
  const log = new cloudwatch.LogGroup(
    name,
    {
      // A firewall logs to groups of such names alone.
      name: `aws-waf-logs-${name}`,
      ...place,
      retentionInDays: logRetentionDays,
      kmsKeyId: logsKeyArn,
    },
    options,
  );
  new wafv2.WebAclLoggingConfiguration(
    name,
    {
      ...place,
      resourceArn: acl.arn,
      logDestinationConfigs: [log.arn],
      redactedFields: [{ singleHeader: { name: 'authorization' } }, { singleHeader: { name: 'x-api-key' } }],
    },
    options,
  );
  return acl;
}

function rateRule(limit: number) {
  return {
    name: 'rate',
    priority: 0,
    action: { block: { customResponse: { responseCode: 429 } } },
    statement: { rateBasedStatement: { limit, aggregateKeyType: 'IP', evaluationWindowSec: 300 } },
    visibilityConfig: visible('rate'),
  };
}

function managedRule(group: string, priority: number) {
  const counted = COUNTED[group] ?? [];
  const overrides = counted.map((name) => ({ name, actionToUse: { count: {} } }));
  return {
    name: group,
    priority,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name: group,
        ...(overrides.length > 0 && { ruleActionOverrides: overrides }),
      },
    },
    visibilityConfig: visible(group),
  };
}

function visible(metricName: string) {
  return { cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true };
}
