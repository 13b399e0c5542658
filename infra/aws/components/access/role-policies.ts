import {
  allow,
  grantKey,
  joinNetwork,
  type Place,
  passRole,
  pullImages,
  putMetrics,
  readObjects,
  type Statement,
  useKey,
  writeLogs,
  writeObjects,
} from './statements.ts';

/** The things of a stack that its roles have rights on. */
export interface Facts extends Place {
  /** Such as `acme-dev`. */
  readonly prefix: string;
  readonly bucketArn: string;
  readonly dataKeyArn: string;
  readonly logsKeyArn: string;
  readonly secretsKeyArn: string;
  readonly repositoryArns: readonly string[];
  readonly trainingWrites: readonly string[];
  readonly metricNamespaces: readonly string[];
  readonly privateJobsOnly: boolean;
  /** An MLflow app or server. */
  readonly trackingArn?: string | undefined;
  readonly featureGroupArns: readonly string[];
  readonly secretArns: readonly string[];
  /** `arn:aws:rds-db:REGION:ACCOUNT:dbuser:CLUSTER/USER`. */
  readonly databaseUserArns: readonly string[];
  readonly cacheArns: readonly string[];
}

/** Groups of SageMaker's jobs: one per account and region, whatever stack a job is of. */
const JOB_LOGS = ['TrainingJobs', 'ProcessingJobs', 'TransformJobs'].map((jobs) => `/aws/sagemaker/${jobs}`);

/** What the platform's runs call. Source: Service Authorization Reference, Amazon SageMaker with MLflow. */
const TRACKING_ACTIONS = [
  ...['CreateExperiment', 'GetExperiment', 'GetExperimentByName', 'SearchExperiments'],
  ...['CreateRun', 'GetRun', 'UpdateRun', 'SearchRuns', 'LogBatch', 'LogMetric', 'LogParam', 'LogModel', 'LogInputs'],
  ...['SetTag', 'ListArtifacts', 'CreateRegisteredModel', 'CreateModelVersion', 'GetModelVersion'],
].map((action) => `sagemaker-mlflow:${action}`);

/** Of a step's job: reads the lake, writes what it makes. */
export function trainingStatements(facts: Facts): readonly Statement[] {
  const writes = facts.trainingWrites.map((zone) => `${zone}/`);
  const reads = [...new Set(['raw/', 'curated/', 'features/', ...writes])];
  return [
    ...readObjects(facts.bucketArn, reads),
    ...writeObjects(facts.bucketArn, writes),
    useKey(facts.dataKeyArn, facts.region, ['s3', 'ecr']),
    ...grantKey(facts.dataKeyArn),
    ...pullImages(facts.repositoryArns),
    ...writeLogs([...JOB_LOGS, `/${facts.prefix}/pipelines/*`], facts),
    putMetrics([...facts.metricNamespaces, '/aws/sagemaker/TrainingJobs']),
    ...joinNetwork(facts),
    ...registerVersions(facts),
    ...track(facts.trackingArn),
    ...secrets(facts),
  ];
}

/** Of a server: reads models, writes what it answered; it can't change a model. */
export function servingStatements(facts: Facts): readonly Statement[] {
  const { featureGroupArns, databaseUserArns, cacheArns } = facts;
  return [
    ...readObjects(facts.bucketArn, ['models/']),
    ...writeObjects(facts.bucketArn, ['predictions/']),
    useKey(facts.dataKeyArn, facts.region, ['s3', 'ecr', 'lambda']),
    ...grantKey(facts.dataKeyArn),
    ...pullImages(facts.repositoryArns),
    ...writeLogs([`/aws/sagemaker/Endpoints/${facts.prefix}-*`, `/${facts.prefix}/serving*`, JOB_LOGS[2] ?? ''], facts),
    putMetrics(facts.metricNamespaces),
    ...joinNetwork(facts),
    ...(featureGroupArns.length > 0
      ? [allow('ReadFeatures', ['sagemaker:GetRecord', 'sagemaker:BatchGetRecord'], featureGroupArns)]
      : []),
    ...secrets(facts),
    ...(databaseUserArns.length > 0 ? [allow('EnterDatabase', ['rds-db:connect'], databaseUserArns)] : []),
    ...(cacheArns.length > 0 ? [allow('EnterCache', ['elasticache:Connect'], cacheArns)] : []),
  ];
}

/** Of what runs pipelines: starts jobs, and hands them their roles. */
export function pipelineRunnerStatements(facts: Facts, jobRoleArns: readonly string[]): readonly Statement[] {
  return [
    ...startJobs(facts),
    ...jobsOfBatchAndEcs(facts),
    allow('WaitForJobs', ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], waitRules(facts)),
    passRole(jobRoleArns, ['sagemaker', 'ecs-tasks']),
    ...readObjects(facts.bucketArn, ['pipelines/', 'models/']),
    ...writeObjects(facts.bucketArn, ['pipelines/', 'predictions/']),
    useKey(facts.dataKeyArn, facts.region, ['s3', 'sagemaker']),
    ...grantKey(facts.dataKeyArn),
    useStateMachineKey(facts),
    recordRuns(facts),
    ...registerVersions(facts),
    allow('DeliverLogs', LOG_DELIVERY, ['*']),
  ];
}

/**
 * Logs of state machines are set up by calls that know no resource.
 * https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
 */
const LOG_DELIVERY = [
  ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'],
  ...['PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'],
].map((action) => `logs:${action}`);

const JOBS = {
  TrainingJob: 'training-job',
  ProcessingJob: 'processing-job',
  TransformJob: 'transform-job',
  HyperParameterTuningJob: 'hyper-parameter-tuning-job',
} as const;

/** SageMaker gives the jobs of a pipeline names of its own; no prefix tells the stack. */
function startJobs({ region, account, privateJobsOnly, dataKeyArn }: Facts): readonly Statement[] {
  const names = Object.keys(JOBS);
  const inNetwork = names.filter((name) => name !== 'TransformJob');
  const arns = [...Object.values(JOBS), 'model'].map((type) => `arn:aws:sagemaker:${region}:${account}:${type}/*`);
  const ownKey = { ArnEqualsIfExists: { 'sagemaker:VolumeKmsKey': dataKeyArn } };
  return [
    {
      ...allow(
        'StartJobs',
        inNetwork.map((name) => `sagemaker:Create${name}`),
        arns,
      ),
      Condition: { ...ownKey, ...(privateJobsOnly && { Null: { 'sagemaker:VpcSubnets': 'false' } }) },
    },
    { ...allow('StartTransforms', ['sagemaker:CreateTransformJob'], arns), Condition: ownKey },
    allow(
      'LeadJobs',
      [
        ...names.flatMap((name) => [`sagemaker:Describe${name}`, `sagemaker:Stop${name}`]),
        ...['CreateModel', 'DescribeModel', 'AddTags', 'ListTags'].map((action) => `sagemaker:${action}`),
      ],
      arns,
    ),
  ];
}

/** A pipeline of SageMaker records its runs as an experiment of its own. */
function recordRuns({ region, account }: Place): Statement {
  const things = ['experiment', 'experiment-trial', 'experiment-trial-component'];
  const made = ['Experiment', 'Trial', 'TrialComponent'].flatMap((thing) => [`Create${thing}`, `Describe${thing}`]);
  return allow(
    'RecordRuns',
    [...made, 'AssociateTrialComponent', 'AddTags'].map((action) => `sagemaker:${action}`),
    things.map((thing) => `arn:aws:sagemaker:${region}:${account}:${thing}/*`),
  );
}

function jobsOfBatchAndEcs({ region, account, prefix }: Facts): readonly Statement[] {
  const batch = (resource: string) => `arn:aws:batch:${region}:${account}:${resource}`;
  const ecs = (resource: string) => `arn:aws:ecs:${region}:${account}:${resource}`;
  return [
    allow(
      'SubmitJobs',
      ['batch:SubmitJob', 'batch:TagResource'],
      [batch(`job-queue/${prefix}-*`), batch(`job-definition/${prefix}-*`), batch('job/*')],
    ),
    allow('EndJobs', ['batch:TerminateJob'], [batch('job/*')]),
    allow('SeeJobs', ['batch:DescribeJobs'], ['*']),
    {
      ...allow('RunTasks', ['ecs:RunTask'], [ecs(`task-definition/${prefix}-*`)]),
      Condition: { ArnLike: { 'ecs:cluster': ecs(`cluster/${prefix}-*`) } },
    },
    allow('LeadTasks', ['ecs:StopTask', 'ecs:DescribeTasks', 'ecs:TagResource'], [ecs(`task/${prefix}-*/*`)]),
  ];
}

/**
 * Rules by which Step Functions learns that a job has ended; it makes them itself.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
 */
function waitRules({ region, account }: Place): string[] {
  const jobs = ['SageMakerTrainingJobs', 'SageMakerProcessingJobs', 'SageMakerTransformJobs', 'BatchJobs', 'ECSTask'];
  return jobs.map((of) => `arn:aws:events:${region}:${account}:rule/StepFunctionsGetEventsFor${of}Rule`);
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html */
function useStateMachineKey({ region, account, prefix, dataKeyArn, logsKeyArn }: Facts): Statement {
  const machines = `arn:aws:states:${region}:${account}:stateMachine:${prefix}-*`;
  return {
    ...allow('EncryptExecutions', ['kms:Decrypt', 'kms:GenerateDataKey'], [...new Set([dataKeyArn, logsKeyArn])]),
    Condition: { StringLike: { 'kms:EncryptionContext:aws:states:stateMachineArn': machines } },
  };
}

function registerVersions({ region, account, prefix }: Facts): readonly Statement[] {
  const arn = (type: string) => `arn:aws:sagemaker:${region}:${account}:${type}/${prefix}-*`;
  const actions = ['CreateModelPackage', 'DescribeModelPackage', 'UpdateModelPackage', 'ListModelPackages', 'AddTags'];
  return [
    allow(
      'RegisterVersions',
      [...actions, 'DescribeModelPackageGroup'].map((action) => `sagemaker:${action}`),
      [arn('model-package'), arn('model-package-group')],
    ),
  ];
}

function track(arn: string | undefined): readonly Statement[] {
  if (arn === undefined) return [];
  // An app has one action for all that it is asked; a server has one for each.
  const actions = arn.includes(':mlflow-app/') ? ['sagemaker:CallMlflowAppApi'] : TRACKING_ACTIONS;
  return [allow('TrackRuns', actions, [arn])];
}

function secrets({ secretArns, secretsKeyArn, region }: Facts): readonly Statement[] {
  if (secretArns.length === 0) return [];
  return [
    allow('ReadSecrets', ['secretsmanager:GetSecretValue'], secretArns),
    { ...useKey(secretsKeyArn, region, ['secretsmanager']), Sid: 'DecryptSecrets' },
  ];
}
