import type * as pulumi from '@pulumi/pulumi';

/** The stage that an API has. */
export const API_STAGE = 'live';

/** What answers requests, as an API in front of it has to know it. */
export type Backend =
  | { readonly kind: 'endpoint'; readonly endpointName: pulumi.Input<string> }
  | {
      readonly kind: 'load-balancer';
      readonly loadBalancerArn: pulumi.Input<string>;
      /** The name on its certificate. */
      readonly hostName: string;
      readonly securityGroupId: pulumi.Input<string>;
    }
  | {
      readonly kind: 'function';
      readonly functionName: pulumi.Input<string>;
      readonly aliasName: pulumi.Input<string>;
      readonly invokeArn: pulumi.Input<string>;
    };
