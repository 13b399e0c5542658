import type { SettingsOf } from '@ml-platform/conventions';
import * as apigateway from '@pulumi/aws/apigateway/index.js';
import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as wafv2 from '@pulumi/aws/wafv2/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeFirewall } from '../cdn/firewall.ts';
import { API_STAGE, type Backend } from '../serving/backend.ts';
import type { apiConfig } from './config.ts';
import { makeErrorResponses } from './error-responses.ts';
import type { Route } from './read-openapi.ts';
import { type MadeRoutes, makeRoutes } from './routes.ts';
import { makeUsagePlans } from './usage-plans.ts';

export interface ApiArgs extends Omit<SettingsOf<typeof apiConfig>, 'routes'> {
  readonly context: StackContext;
  /** Of `readRoutes`. */
  readonly routes: readonly Route[];
  /** What answers; without one, every request is told that there is no model yet. */
  readonly backend?: Backend | undefined;
  readonly permissionsBoundary?: string | undefined;
  readonly vpcId: pulumi.Input<string>;
  readonly privateSubnetIds: readonly pulumi.Input<string>[];
  readonly logsKeyArn: pulumi.Input<string>;
}

/** What is logged of a request: who, what, how it went; nothing of its body. */
const LOG_FORMAT = JSON.stringify({
  ...{ requestId: '$context.requestId', time: '$context.requestTimeEpoch', ip: '$context.identity.sourceIp' },
  ...{ caller: '$context.identity.caller', key: '$context.identity.apiKeyId', route: '$context.resourcePath' },
  ...{ method: '$context.httpMethod', status: '$context.status', error: '$context.error.responseType' },
  ...{ latency: '$context.responseLatency', backendLatency: '$context.integrationLatency' },
});

/** A REST API in front of the model server: who may ask, how much, and what a request has to look like. */
export class Api extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string> | undefined;
  /** Name and id that metrics and other parts of the stack go by. */
  readonly apiName: pulumi.Output<string> | undefined;
  readonly stageArn: pulumi.Output<string> | undefined;
  /** What a CDN asks. */
  readonly origin:
    | { readonly kind: 'api'; readonly hostName: pulumi.Output<string>; readonly path: string }
    | undefined;
  /** Ids of the consumers' keys; `aws apigateway get-api-key --include-value` shows one. */
  readonly keyIds: Readonly<Record<string, pulumi.Output<string>>> = {};

  constructor(name: string, args: ApiArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:ml:Api', name, {}, options);
    if (args.enabled) {
      const parent = { parent: this };
      const api = this.#api(name, args);
      const routes = makeRoutes(name, api, args, parent);
      const stage = this.#stage(name, { api, routes }, args);
      const domain = this.#domain(name, stage, args);
      if (args.firewall) this.#protect(name, stage, args);
      const { region } = args.context;
      this.apiName = api.name;
      this.stageArn = stage.arn;
      const own = pulumi.interpolate`${api.id}.execute-api.${region}.amazonaws.com`;
      const [hostName, path] = domain === undefined ? [own, `/${API_STAGE}`] : [pulumi.output(domain), ''];
      this.origin = { kind: 'api', hostName, path };
      this.url = pulumi.interpolate`https://${hostName}${path}`;
      this.keyIds = makeUsagePlans(name, { stage, consumers: args.consumers }, parent);
    }
    const { url, apiName, stageArn, keyIds } = this;
    this.registerOutputs({ url, apiName, stageArn, keyIds });
  }

  #api(name: string, { domainName }: ApiArgs): apigateway.RestApi {
    return new apigateway.RestApi(
      name,
      {
        description: 'Predictions',
        endpointConfiguration: { types: 'REGIONAL' },
        // With a name of its own it's reached by that alone.
        disableExecuteApiEndpoint: domainName !== undefined,
      },
      { parent: this },
    );
  }

  #stage(name: string, { api, routes }: { api: apigateway.RestApi; routes: MadeRoutes }, args: ApiArgs) {
    const parent = { parent: this };
    const errors = makeErrorResponses(name, api, parent);
    const log = new cloudwatch.LogGroup(
      name,
      {
        name: `/${args.context.named.prefix}/api`,
        retentionInDays: args.logRetentionDays,
        kmsKeyId: args.logsKeyArn,
      },
      parent,
    );
    const deployment = new apigateway.Deployment(
      name,
      { restApi: api.id, triggers: { definition: routes.hash } },
      // With a canary the stage still points at an older one, which can't be deleted then.
      { ...parent, dependsOn: [...routes.resources, ...errors], retainOnDelete: args.canaryPercent > 0 },
    );
    const { canaryPercent } = args;
    const isCanary = canaryPercent > 0;
    const canary = isCanary ? { canarySettings: { deploymentId: deployment.id, percentTraffic: canaryPercent } } : {};
    const stage = new apigateway.Stage(
      name,
      {
        restApi: api.id,
        stageName: API_STAGE,
        deployment: deployment.id,
        accessLogSettings: { destinationArn: log.arn, format: LOG_FORMAT },
        ...canary,
      },
      // A canary gets the new deployment, the others stay at theirs until canaryPercent is 0 again.
      { ...parent, ...(isCanary && { ignoreChanges: ['deployment'] }) },
    );
    new apigateway.MethodSettings(
      name,
      {
        restApi: api.id,
        stageName: stage.stageName,
        methodPath: '*/*',
        settings: {
          throttlingRateLimit: args.ratePerSecond,
          throttlingBurstLimit: args.burst,
          metricsEnabled: true,
          loggingLevel: 'ERROR',
          dataTraceEnabled: false,
        },
      },
      parent,
    );
    return stage;
  }

  #domain(name: string, stage: apigateway.Stage, { domainName, certificateArn }: ApiArgs): string | undefined {
    if (domainName === undefined || certificateArn === undefined) return undefined;
    const domain = new apigateway.DomainName(
      name,
      {
        domainName,
        regionalCertificateArn: certificateArn,
        securityPolicy: 'TLS_1_2',
        endpointConfiguration: { types: 'REGIONAL' },
      },
      { parent: this },
    );
    const mapping = { domainName: domain.domainName, restApi: stage.restApi, stageName: stage.stageName };
    new apigateway.BasePathMapping(name, mapping, { parent: this });
    return domainName;
  }

  #protect(name: string, stage: apigateway.Stage, { firewallRate, logsKeyArn, logRetentionDays }: ApiArgs): void {
    const parts = { scope: 'REGIONAL', ratePer5Minutes: firewallRate, logsKeyArn, logRetentionDays } as const;
    const { arn } = makeFirewall(`${name}-firewall`, parts, { parent: this });
    new wafv2.WebAclAssociation(name, { resourceArn: stage.arn, webAclArn: arn }, { parent: this });
  }
}
