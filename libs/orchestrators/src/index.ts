export { type AirflowSettings, airflow } from './airflow/airflow.ts';
export { argo } from './argo/argo.ts';
export type { ArgoSettings } from './argo/settings.ts';
export { type DvcSettings, dvc } from './dvc/dvc.ts';
export { FEATURES, type Feature, type Support, type Use, usedFeatures } from './features.ts';
export { type CompiledFiles, type CompileOptions, compile, type Graph, type Target } from './target.ts';
export type { StepFunctionsSettings } from './step-functions/settings.ts';
export { stepFunctions } from './step-functions/step-functions.ts';
