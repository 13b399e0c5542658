import type { SettingsOf } from '@ml-platform/conventions';
import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as scheduler from '@pulumi/aws/scheduler/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeBatch } from './batch.ts';
import { namesPart } from './compiled-document.ts';
import type { pipelinesConfig } from './config.ts';
import { makeEcs } from './ecs.ts';
import { type Entries, type Entry, LANGUAGES, type Language } from './entries.ts';
import { fillPlaceholders, type Values } from './placeholders.ts';
import { makeSageMakerPipeline } from './sagemaker-pipeline.ts';
import { makeSchedule } from './schedule.ts';
import { makeSchedulerRole } from './scheduler-role.ts';
import { makeStateMachine } from './state-machine.ts';
import type { StepCompute } from './step-compute.ts';

export interface PipelinesArgs extends SettingsOf<typeof pipelinesConfig> {
  readonly context: StackContext;
  /** Of `readPipelines`. */
  readonly documents: Entries;
  readonly lakeBucketName: pulumi.Input<string>;
  /** URLs of the repositories of the steps' images, by their language. */
  readonly repositoryUrls: Readonly<Record<Language, pulumi.Input<string>>>;
  readonly trainingRoleArn: pulumi.Input<string>;
  readonly pipelineRunnerRoleArn: pulumi.Input<string>;
  readonly permissionsBoundary?: string | undefined;
  readonly privateSubnetIds: readonly pulumi.Input<string>[];
  readonly workloadSecurityGroupId: pulumi.Input<string>;
  readonly dataKeyArn: pulumi.Input<string>;
  readonly logsKeyArn: pulumi.Input<string>;
}

type Inputs = Readonly<Record<string, pulumi.Input<string> | readonly pulumi.Input<string>[]>>;

const STEP_SIZE = { vcpus: 1, mebibytes: 2048 };

/** Pipelines as SageMaker's or as state machines, from what the compiler wrote; and their schedules. */
export class Pipelines extends pulumi.ComponentResource {
  /** ARN of each pipeline, or of the alias of each state machine, by its name in the config. */
  readonly arns: Readonly<Record<string, pulumi.Output<string>>>;
  /** Why a pipeline isn't there yet, by its name. */
  readonly notMade: Readonly<Record<string, string>>;

  constructor(name: string, args: PipelinesArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:ml:Pipelines', name, {}, options);
    const { made, notMade } = args.documents;
    const values = this.#values(name, args, made);
    const arns = made.map((entry) => [entry.name, this.#make(`${name}-${entry.name}`, entry, args, values)] as const);
    this.arns = Object.fromEntries(arns);
    this.notMade = notMade;
    this.#schedule(name, args, made);
    this.registerOutputs({ arns: this.arns, notMade });
  }

  /** What documents name; queues, clusters and definitions only where one does. */
  #values(name: string, args: PipelinesArgs, made: readonly Entry[]): Inputs {
    const named = (part: 'batch' | 'ecs') => made.some(({ document }) => namesPart(document, part));
    const images = imagesOf(args);
    const compute = named('batch') || named('ecs') ? this.#compute(name, args, images) : undefined;
    return {
      lake: args.lakeBucketName,
      role: args.trainingRoleArn,
      kmsKey: args.dataKeyArn,
      subnets: args.privateSubnetIds,
      securityGroups: [args.workloadSecurityGroupId],
      ...Object.fromEntries(Object.entries(images).map(([language, image]) => [`images.${language}`, image])),
      ...(compute && named('batch') && makeBatch(`${name}-batch`, compute, { parent: this })),
      ...(compute && named('ecs') && makeEcs(`${name}-ecs`, compute, { parent: this })),
    };
  }

  #compute(name: string, args: PipelinesArgs, images: StepCompute['images']): StepCompute {
    const log = new cloudwatch.LogGroup(
      `${name}-jobs`,
      {
        name: `/${args.context.named.prefix}/pipelines/jobs`,
        retentionInDays: args.logRetentionDays,
        kmsKeyId: args.logsKeyArn,
      },
      { parent: this },
    );
    return {
      region: args.context.region,
      maxVcpus: args.maxVcpus,
      spotFallback: args.spotFallback,
      subnetIds: args.privateSubnetIds,
      securityGroupId: args.workloadSecurityGroupId,
      roleArn: args.trainingRoleArn,
      logGroupName: log.name,
      images,
      size: STEP_SIZE,
    };
  }

  #make(name: string, entry: Entry, args: PipelinesArgs, values: Inputs): pulumi.Output<string> {
    const { document, settings } = entry;
    const named = Object.fromEntries([...document.placeholders].map((of) => [of, values[of]]));
    const definition = pulumi
      .output(named)
      .apply((known) => JSON.stringify(fillPlaceholders(document.content, known as Values)));
    const shared = { physicalName: args.context.named(entry.name), definition, roleArn: args.pipelineRunnerRoleArn };
    if (settings.engine === 'sagemaker') {
      const text = JSON.stringify(document.content);
      const length = { length: text.length, values: text.split('from-stack.').length - 1 };
      const rest = { bucketName: args.lakeBucketName, keyArn: args.dataKeyArn, parallelism: args.parallelism };
      return makeSageMakerPipeline(name, { ...shared, ...length, ...rest }, { parent: this }).arn;
    }
    const { dataKeyArn: keyArn, logsKeyArn, logRetentionDays } = args;
    const machine = { ...shared, type: settings.type ?? 'STANDARD', keyArn, logsKeyArn, logRetentionDays } as const;
    return makeStateMachine(name, machine, { parent: this }).alias.arn;
  }

  #schedule(name: string, args: PipelinesArgs, made: readonly Entry[]): void {
    const scheduled = args.schedules ? made.filter(({ document }) => document.schedule !== undefined) : [];
    if (scheduled.length === 0) return;
    const group = new scheduler.ScheduleGroup(`${name}-schedules`, {}, { parent: this });
    const { context, permissionsBoundary, dataKeyArn: keyArn } = args;
    const arnsOf = (engine: string) =>
      scheduled.flatMap(({ name: of, settings }) => (settings.engine === engine ? listOf(this.arns[of]) : []));
    const started = { pipelineArns: arnsOf('sagemaker'), machineArns: arnsOf('step-functions') };
    const parts = { context, permissionsBoundary, keyArn, ...started };
    const role = makeSchedulerRole(`${name}-scheduler`, parts, { parent: this });
    for (const { name: pipeline, settings, document } of scheduled) {
      const targetArn = this.arns[pipeline];
      if (document.schedule === undefined || targetArn === undefined) continue;
      const input = settings.engine === 'step-functions' ? { input: JSON.stringify({ params: {} }) } : {};
      const target = { groupName: group.name, keyArn, roleArn: role.arn, targetArn, ...input };
      makeSchedule(`${name}-${pipeline}`, { ...document.schedule, ...target }, { parent: this });
    }
  }
}

function imagesOf({ images, repositoryUrls }: PipelinesArgs): StepCompute['images'] {
  return Object.fromEntries(
    LANGUAGES.flatMap((language) => {
      const digest = images[language];
      return digest === undefined ? [] : [[language, pulumi.interpolate`${repositoryUrls[language]}@${digest}`]];
    }),
  );
}

function listOf<Item>(item: Item | undefined): Item[] {
  return item === undefined ? [] : [item];
}
