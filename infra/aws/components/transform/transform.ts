import type { SettingsOf } from '@ml-platform/conventions';
import * as sagemaker from '@pulumi/aws/sagemaker/index.js';
import * as scheduler from '@pulumi/aws/scheduler/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeSchedule } from '../pipelines/schedule.ts';
import { makeSchedulerRole } from '../pipelines/scheduler-role.ts';
import { makeStateMachine } from '../pipelines/state-machine.ts';
import type { transformConfig } from './config.ts';
import { type TransformJob, transformMachine } from './transform-machine.ts';

export interface TransformArgs extends SettingsOf<typeof transformConfig> {
  readonly context: StackContext;
  readonly lakeBucketName: pulumi.Input<string>;
  /** URL of the repository of the model server's image. */
  readonly repositoryUrl: pulumi.Input<string>;
  readonly servingRoleArn: pulumi.Input<string>;
  readonly pipelineRunnerRoleArn: pulumi.Input<string>;
  readonly permissionsBoundary?: string | undefined;
  readonly privateSubnetIds: readonly pulumi.Input<string>[];
  readonly workloadSecurityGroupId: pulumi.Input<string>;
  readonly dataKeyArn: pulumi.Input<string>;
  readonly logsKeyArn: pulumi.Input<string>;
}

/** Predictions of whole files. A job is a run, no resource: a state machine starts one and waits for it. */
export class Transform extends pulumi.ComponentResource {
  /** ARN of the alias of each job's state machine. */
  readonly arns: Readonly<Record<string, pulumi.Output<string>>>;
  /** Why a job isn't there yet. */
  readonly notMade: Readonly<Record<string, string>>;

  constructor(name: string, args: TransformArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:ml:Transform', name, {}, options);
    const jobs = Object.entries(args.enabled ? args.jobs : {});
    const missing = jobs.flatMap(([job, settings]) => {
      const what = missingOf(job, settings, args);
      return what === undefined ? [] : [[job, what] as const];
    });
    this.notMade = Object.fromEntries(missing);
    const ready = jobs.filter(([job]) => this.notMade[job] === undefined);
    this.arns = Object.fromEntries(ready.map(([job, settings]) => [job, this.#machine(name, { job, settings }, args)]));
    this.#schedule(name, ready, args);
    this.registerOutputs({ arns: this.arns, notMade: this.notMade });
  }

  #machine(name: string, { job, settings }: { job: string; settings: TransformJob }, args: TransformArgs) {
    const model = new sagemaker.Model(
      `${name}-${job}`,
      {
        executionRoleArn: args.servingRoleArn,
        primaryContainer: {
          image: pulumi.interpolate`${args.repositoryUrl}@${args.imageDigest}`,
          ...(settings.modelData !== undefined && { modelDataUrl: settings.modelData }),
        },
        vpcConfig: { subnets: [...args.privateSubnetIds], securityGroupIds: [args.workloadSecurityGroupId] },
      },
      { parent: this },
    );
    const place = pulumi.all([model.name, args.lakeBucketName, args.dataKeyArn]);
    const definition = place.apply(([modelName, bucketName, keyArn]) =>
      JSON.stringify(transformMachine(job, settings, { modelName, bucketName, keyArn })),
    );
    const machine = {
      physicalName: args.context.named(job),
      type: 'STANDARD' as const,
      definition,
      roleArn: args.pipelineRunnerRoleArn,
      keyArn: args.dataKeyArn,
      logsKeyArn: args.logsKeyArn,
      logRetentionDays: args.logRetentionDays,
    };
    return makeStateMachine(`${name}-${job}`, machine, { parent: this }).alias.arn;
  }

  #schedule(name: string, ready: readonly (readonly [string, TransformJob])[], args: TransformArgs): void {
    const scheduled = ready.flatMap(([job, { schedule }]) => {
      const targetArn = this.arns[job];
      return args.schedules && schedule && targetArn ? [{ job, schedule, targetArn }] : [];
    });
    if (scheduled.length === 0) return;
    const parent = { parent: this };
    const { context, permissionsBoundary, dataKeyArn: keyArn } = args;
    const started = { pipelineArns: [], machineArns: scheduled.map(({ targetArn }) => targetArn) };
    const role = makeSchedulerRole(`${name}-scheduler`, { context, permissionsBoundary, keyArn, ...started }, parent);
    const group = new scheduler.ScheduleGroup(`${name}-schedules`, {}, parent);
    for (const { job, schedule, targetArn } of scheduled) {
      const target = { groupName: group.name, keyArn, roleArn: role.arn, targetArn, input: '{}' };
      makeSchedule(`${name}-${job}`, { ...schedule, ...target }, parent);
    }
  }
}

function missingOf(job: string, { modelData, imageHasModel }: TransformJob, { imageDigest }: TransformArgs) {
  if (imageDigest === undefined)
    return "the model server's image isn't known yet: put its digest into transform.imageDigest";
  if (modelData !== undefined || imageHasModel) return undefined;
  return `there is no model yet: put its address into transform.jobs.${job}.modelData`;
}
