import { allow, type Statement } from '../../components/access/statements.ts';
import { arnsIn, type DeployerPlace, verbs } from './place.ts';

const MODELS = [
  'Model',
  'Endpoint',
  'Pipeline',
  'FeatureGroup',
  'Mlflow',
  'MonitoringSchedule',
  'JobDefinition',
  'Tags',
];

const SAGEMAKER_KINDS = [
  'model/',
  'model-card/',
  'endpoint/',
  'endpoint-config/',
  'pipeline/',
  'feature-group/',
  'model-package-group/',
  'mlflow-tracking-server/',
  'mlflow-app/',
  'monitoring-schedule/',
  'data-quality-job-definition/',
];

/** What trains and serves on SageMaker. */
export function machineLearningStatements(place: DeployerPlace): Statement[] {
  return [
    allow('MachineLearning', verbs('sagemaker', ...MODELS), arnsIn(place).named('sagemaker', ...SAGEMAKER_KINDS)),
  ];
}
