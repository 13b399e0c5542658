import type { SettingsOf } from '@ml-platform/conventions';
import * as sagemaker from '@pulumi/aws/sagemaker/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeRole } from '../access/role.ts';
import { trustOf } from '../access/statements.ts';
import type { trackingConfig } from './config.ts';
import { ARTIFACTS, trackingStatements } from './tracking-policy.ts';

export interface TrackingArgs extends SettingsOf<typeof trackingConfig> {
  readonly context: StackContext;
  readonly lakeBucketName: pulumi.Input<string>;
  readonly lakeBucketArn: pulumi.Input<string>;
  readonly dataKeyArn: pulumi.Input<string>;
  readonly permissionsBoundary?: string | undefined;
}

/** MLflow, run by SageMaker; artifacts of runs lie in the lake. */
export class Tracking extends pulumi.ComponentResource {
  /** What MLFLOW_TRACKING_URI is set to, and rights are given on. */
  readonly arn: pulumi.Output<string> | undefined;
  /** Of a server, which bills by the hour. */
  readonly serverName: pulumi.Output<string> | undefined;

  constructor(name: string, args: TrackingArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:ml:Tracking', name, {}, options);
    const made = args.kind === 'none' ? undefined : this.#make(name, args);
    this.arn = made?.arn;
    this.serverName = made instanceof sagemaker.MlflowTrackingServer ? made.trackingServerName : undefined;
    this.registerOutputs({ arn: this.arn, serverName: this.serverName });
  }

  #make(name: string, args: TrackingArgs): sagemaker.MlflowApp | sagemaker.MlflowTrackingServer {
    const { context, kind, registersModels, serverSize, maintenance } = args;
    const shared = {
      artifactStoreUri: pulumi.interpolate`s3://${args.lakeBucketName}/${ARTIFACTS}`,
      roleArn: this.#role(name, args).arn,
      weeklyMaintenanceWindowStart: maintenance,
    };
    // It holds what was measured of each run.
    const options = { parent: this, protect: context.isProtected };
    if (kind === 'app') {
      const modelRegistrationMode = `AutoModelRegistration${registersModels ? 'Enabled' : 'Disabled'}`;
      return new sagemaker.MlflowApp(name, { ...shared, modelRegistrationMode }, options);
    }
    const server = {
      trackingServerName: name,
      trackingServerSize: serverSize,
      automaticModelRegistration: registersModels,
    };
    return new sagemaker.MlflowTrackingServer(name, { ...shared, ...server }, options);
  }

  #role(name: string, { context, registersModels, lakeBucketArn, dataKeyArn, permissionsBoundary }: TrackingArgs) {
    const { region, account, named } = context;
    const statements = pulumi
      .all([lakeBucketArn, dataKeyArn])
      .apply(([bucketArn, keyArn]) =>
        trackingStatements({ region, account, prefix: named.prefix, bucketArn, dataKeyArn: keyArn, registersModels }),
      );
    const trust = trustOf(['sagemaker'], account);
    const description = 'MLflow keeps artifacts';
    return makeRole(name, { description, trust, statements, permissionsBoundary }, { parent: this });
  }
}
