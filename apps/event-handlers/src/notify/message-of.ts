import { z } from 'zod';

export interface Message {
  /** At most 100 characters of ASCII, as SNS takes it. */
  readonly subject: string;
  readonly text: string;
}

const envelope = z.object({
  source: z.string(),
  'detail-type': z.string(),
  account: z.string().default(''),
  region: z.string().default(''),
  detail: z.looseObject({}),
});

export type Notice = z.output<typeof envelope>;

const text = z.string().optional();

const modelPackage = z.looseObject({
  ModelPackageGroupName: text,
  ModelPackageVersion: z.number().optional(),
  ModelPackageArn: text,
  ModelApprovalStatus: text,
  ModelPackageStatus: text,
  ApprovalDescription: text,
});
const pipelineRun = z.looseObject({
  pipelineArn: text,
  pipelineExecutionArn: text,
  currentPipelineExecutionStatus: text,
});
const execution = z.looseObject({ stateMachineArn: text, executionArn: text, status: text, cause: text });
const createdObject = z.looseObject({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) });

export function noticeOf(event: unknown): Notice {
  return envelope.parse(event);
}

/** A message a person understands, of an event. `reason` is what was found out beside it. */
export function messageOfNotice(notice: Notice, reason?: string): Message {
  const lines = describe(notice, reason).filter((line): line is string => line !== undefined);
  const [first = ''] = lines;
  const where = `Account ${notice.account}, ${notice.region}`;
  return { subject: subjectOf(first), text: [...lines, where].join('\n') };
}

function describe({ 'detail-type': type, detail }: Notice, reason: string | undefined): (string | undefined)[] {
  switch (type) {
    case 'SageMaker Model Package State Change': {
      const model = modelPackage.parse(detail);
      const name = `${model.ModelPackageGroupName ?? 'a model'} ${model.ModelPackageVersion ?? ''}`.trim();
      const status = model.ModelApprovalStatus ?? model.ModelPackageStatus ?? 'changed';
      return [`Model ${name}: ${status}`, model.ApprovalDescription, model.ModelPackageArn];
    }
    case 'SageMaker Model Building Pipeline Execution Status Change': {
      const run = pipelineRun.parse(detail);
      return [`Pipeline ${lastOf(run.pipelineArn)}: ${run.currentPipelineExecutionStatus}`, run.pipelineExecutionArn];
    }
    case 'Step Functions Execution Status Change': {
      const run = execution.parse(detail);
      return [`State machine ${lastOf(run.stateMachineArn)}: ${run.status}`, run.cause, run.executionArn];
    }
    case 'Object Created': {
      const { bucket, object } = createdObject.parse(detail);
      const original = object.key.replace(/^quarantine\//, '');
      return [`Data refused: ${original}`, reason, `It is in s3://${bucket.name}/${object.key}`];
    }
    default:
      return [type, JSON.stringify(detail)];
  }
}

function lastOf(arn = ''): string {
  return arn.split(/[:/]/).at(-1) ?? '';
}

function subjectOf(line: string): string {
  const ascii = line.replace(/[^\x20-\x7e]/g, '?');
  return ascii.length <= 100 ? ascii : `${ascii.slice(0, 97)}...`;
}
