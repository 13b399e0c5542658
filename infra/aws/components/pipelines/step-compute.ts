import type * as pulumi from '@pulumi/pulumi';

/** The container of a task that runs a step, as targets.yaml names it. */
export const CONTAINER = 'step';

/** What jobs of AWS Batch and tasks of ECS are made of. */
export interface StepCompute {
  readonly region: string;
  readonly maxVcpus: number;
  readonly spotFallback: boolean;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  readonly roleArn: pulumi.Input<string>;
  readonly logGroupName: pulumi.Input<string>;
  /** By the language of a step. */
  readonly images: Readonly<Record<string, pulumi.Input<string>>>;
  /** Of a step that asks for none. */
  readonly size: { readonly vcpus: number; readonly mebibytes: number };
}
