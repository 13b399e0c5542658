import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { airflow } from '../airflow/airflow.ts';
import { argo } from '../argo/argo.ts';
import { dvc } from '../dvc/dvc.ts';
import { stepFunctions } from '../step-functions/step-functions.ts';
import { featureGuide } from './feature-guide.ts';

const GUIDE = fileURLToPath(new URL('../../../../docs/engines.md', import.meta.url));

/** After a change of a compiler: npx vitest run libs/orchestrators/src/docs -u */
test('the page on engines says what the compilers declare', async () => {
  await expect(featureGuide([airflow, argo, stepFunctions, dvc])).toMatchFileSnapshot(GUIDE);
});
