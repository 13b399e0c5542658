import type { PipelineDocument } from '@ml-platform/pipeline';
import { airflow } from '../airflow/airflow.ts';
import { airflowKubernetes } from '../airflow/airflow-kubernetes.ts';
import { argo } from '../argo/argo.ts';
import { azureMl } from '../azure-ml/azure-ml.ts';
import { dvc } from '../dvc/dvc.ts';
import { FEATURES } from '../features.ts';
import { kubeflow } from '../kfp/kubeflow.ts';
import { KUBEFLOW, VERTEX } from '../kfp/testing/settings.ts';
import { vertex } from '../kfp/vertex.ts';
import { sageMaker } from '../sagemaker/sagemaker.ts';
import { SETTINGS as SAGEMAKER } from '../sagemaker/testing/settings.ts';
import { stepFunctions } from '../step-functions/step-functions.ts';
import { SETTINGS as STEP_FUNCTIONS } from '../step-functions/testing/settings.ts';
import { type CompiledFiles, compile, type Target } from '../target.ts';

const inImage = {
  pipeline: 'src/pipeline.ts',
  images: { typescript: 'acme/steps:1', python: 'acme/steps-python:1' },
};
const onKubernetes = {
  ...inImage,
  lake: 's3://lake/runs',
  spot: { nodeSelector: { capacity: 'spot' } },
  accelerators: { 'nvidia-t4': { resource: 'nvidia.com/gpu' } },
};

type Compiler = (document: PipelineDocument) => CompiledFiles;

/** Every compiler, each with settings that have all that a pipeline may ask for. */
export const COMPILERS: Readonly<Record<string, Compiler>> = Object.fromEntries([
  compilerOf(airflow, { project: '/srv/sales', runStep: '/srv/run-step.mjs' }),
  compilerOf(airflowKubernetes, { ...onKubernetes, namespace: 'pipelines' }),
  compilerOf(argo, onKubernetes),
  compilerOf(azureMl, { ...inImage, workspace: '/workspace', compute: 'serverless' }),
  [dvc.name, compileForDvc],
  compilerOf(kubeflow, KUBEFLOW),
  compilerOf(sageMaker, SAGEMAKER),
  compilerOf(stepFunctions, STEP_FUNCTIONS),
  compilerOf(vertex, VERTEX),
]);

/** What nobody can do there is left out. */
function compilerOf<Settings>(target: Target<Settings>, settings: Settings): [string, Compiler] {
  const without = FEATURES.filter((feature) => target.features[feature].by === 'nobody');
  return [target.name, (document) => compile(target, document, settings, { without })];
}

function compileForDvc(document: PipelineDocument): CompiledFiles {
  const settings = {
    runStep: '../../run-step.mjs',
    files: () => ['src/step.ts'],
    packages: () => [],
    sections: Object.keys(document.params),
  };
  return compilerOf(dvc, settings)[1](document);
}

export { stressDocument } from './documents.ts';
