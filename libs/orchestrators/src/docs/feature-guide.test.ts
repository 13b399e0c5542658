import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { airflow } from '../airflow/airflow.ts';
import { airflowKubernetes } from '../airflow/airflow-kubernetes.ts';
import { argo } from '../argo/argo.ts';
import { azureMl } from '../azure-ml/azure-ml.ts';
import { TARGETS } from '../command/targets.ts';
import { dvc } from '../dvc/dvc.ts';
import { kubeflow } from '../kfp/kubeflow.ts';
import { vertex } from '../kfp/vertex.ts';
import { sageMaker } from '../sagemaker/sagemaker.ts';
import { stepFunctions } from '../step-functions/step-functions.ts';
import { featureGuide } from './feature-guide.ts';

const GUIDE = fileURLToPath(new URL('../../../../docs/engines.md', import.meta.url));

/** After a change of a compiler: npx vitest run libs/orchestrators/src/docs -u */
test('the page on engines says what the compilers declare', async () => {
  const all = [airflow, airflowKubernetes, argo, azureMl, dvc, kubeflow, sageMaker, stepFunctions, vertex];
  expect(all.map(({ name }) => name)).toEqual(Object.keys(TARGETS));
  await expect(featureGuide(all)).toMatchFileSnapshot(GUIDE);
});
