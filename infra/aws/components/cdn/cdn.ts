import type { SettingsOf } from '@ml-platform/conventions';
import * as cloudfront from '@pulumi/aws/cloudfront/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { HOME, keepAccessLog, logsKeyAtHome } from './access-log.ts';
import type { cdnConfig } from './config.ts';
import { makeFirewall } from './firewall.ts';

/** What a CDN asks: an API by its name, or a load balancer that the internet doesn't reach. */
export type Origin =
  | { readonly kind: 'api'; readonly hostName: pulumi.Input<string>; readonly path: string }
  | { readonly kind: 'load-balancer'; readonly loadBalancerArn: pulumi.Input<string>; readonly hostName: string };

export interface CdnArgs extends SettingsOf<typeof cdnConfig> {
  readonly context: StackContext;
  readonly origin?: Origin | undefined;
  readonly logsKeyArn: pulumi.Input<string>;
}

/**
 * Policies of CloudFront itself: nothing is cached, for each answer is for one request alone; all of a request goes on but
 * the name it was sent to; answers get headers that browsers heed.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html,
 * …/using-managed-origin-request-policies.html, …/using-managed-response-headers-policies.html
 */
const POLICIES = {
  cachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  originRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-38738e2966ac',
  responseHeadersPolicyId: '67f7725c-6f97-4210-82d7-5512b31e9d03',
};

const TLS_1_2 = ['TLSv1.2'];
const ORIGIN = 'origin';

/** CloudFront with a web firewall before the API, or before a load balancer that stays private. */
export class Cdn extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string> | undefined;
  /** What the name's DNS entry points at. */
  readonly distributionDomain: pulumi.Output<string> | undefined;
  readonly distributionId: pulumi.Output<string> | undefined;

  constructor(name: string, args: CdnArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:network:Cdn', name, {}, options);
    const { enabled, origin, domainName, certificateArn } = args;
    if (enabled && origin !== undefined && domainName !== undefined && certificateArn !== undefined) {
      const parent = { parent: this };
      const keyArn = logsKeyAtHome(`${name}-logs`, args, parent);
      const firewall = makeFirewall(
        `${name}-firewall`,
        {
          scope: 'CLOUDFRONT',
          region: HOME,
          ratePer5Minutes: args.firewallRate,
          logsKeyArn: keyArn,
          logRetentionDays: args.logRetentionDays,
        },
        parent,
      );
      const distribution = new cloudfront.Distribution(
        name,
        {
          ...distributionArgs({ ...args, domainName, certificateArn }),
          origins: [originArgs(name, origin, parent)],
          webAclId: firewall.arn,
        },
        parent,
      );
      keepAccessLog(name, distribution, { keyArn, retentionInDays: args.logRetentionDays }, parent);
      this.url = pulumi.output(`https://${domainName}`);
      this.distributionDomain = distribution.domainName;
      this.distributionId = distribution.id;
    }
    const { url, distributionDomain, distributionId } = this;
    this.registerOutputs({ url, distributionDomain, distributionId });
  }
}

type Named = CdnArgs & { readonly domainName: string; readonly certificateArn: string };

function distributionArgs({ context, domainName, certificateArn, priceClass }: Named) {
  return {
    enabled: true,
    comment: `${context.named.prefix}: predictions`,
    aliases: [domainName],
    priceClass,
    httpVersion: 'http2and3',
    isIpv6Enabled: true,
    defaultCacheBehavior: {
      targetOriginId: ORIGIN,
      viewerProtocolPolicy: 'https-only',
      allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
      cachedMethods: ['GET', 'HEAD'],
      compress: true,
      ...POLICIES,
    },
    restrictions: { geoRestriction: { restrictionType: 'none' } },
    viewerCertificate: {
      acmCertificateArn: certificateArn,
      minimumProtocolVersion: 'TLSv1.2_2021',
      sslSupportMethod: 'sni-only',
    },
  };
}

function originArgs(name: string, origin: Origin, options: pulumi.CustomResourceOptions) {
  const of = { originId: ORIGIN, domainName: origin.hostName };
  const ports = { httpPort: 80, httpsPort: 443, originProtocolPolicy: 'https-only' };
  if (origin.kind === 'api') {
    const customOriginConfig = { ...ports, originSslProtocols: TLS_1_2 };
    return { ...of, ...(origin.path && { originPath: origin.path }), customOriginConfig };
  }
  const { id } = new cloudfront.VpcOrigin(
    name,
    {
      vpcOriginEndpointConfig: {
        ...ports,
        name,
        arn: origin.loadBalancerArn,
        originSslProtocols: { items: TLS_1_2, quantity: TLS_1_2.length },
      },
    },
    options,
  );
  return { ...of, vpcOriginConfig: { vpcOriginId: id } };
}
