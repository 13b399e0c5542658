import { join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { PlatformError, suggest } from '@ml-platform/errors';
import { dvcSettings, type PipelineDocument, toPosix } from '@ml-platform/pipeline';
import { type AirflowSettings, airflow } from '../airflow/airflow.ts';
import {
  AIRFLOW_KUBERNETES_EXAMPLE,
  airflowKubernetes,
  airflowKubernetesSettings,
} from '../airflow/airflow-kubernetes.ts';
import { argo } from '../argo/argo.ts';
import { ARGO_EXAMPLE, argoSettings } from '../argo/settings.ts';
import { azureMl } from '../azure-ml/azure-ml.ts';
import { AZURE_ML_EXAMPLE, azureMlSettings } from '../azure-ml/settings.ts';
import { dvc } from '../dvc/dvc.ts';
import type { Engine } from '../engines/engine.ts';
import { type OpenedEngine, openEngine } from '../engines/open-engine.ts';
import { kubeflow } from '../kfp/kubeflow.ts';
import { KUBEFLOW_EXAMPLE, kubeflowSettings, VERTEX_EXAMPLE, vertexSettings } from '../kfp/settings.ts';
import { vertex } from '../kfp/vertex.ts';
import { sageMaker } from '../sagemaker/sagemaker.ts';
import { SAGEMAKER_EXAMPLE, sageMakerSettings } from '../sagemaker/settings.ts';
import { STEP_FUNCTIONS_EXAMPLE, stepFunctionsSettings } from '../step-functions/settings.ts';
import { stepFunctions } from '../step-functions/step-functions.ts';
import { type CompiledFiles, type CompileOptions, compile, type Target } from '../target.ts';
import { readRunSettings, readSettings } from './settings-file.ts';
import { checkSpark, noSpark, withSpark } from './spark-setting.ts';

/** Where a pipeline lies. */
export interface Place {
  readonly document: PipelineDocument;
  /** Absolute path of its project's folder. */
  readonly project: string;
  readonly workspace: string;
  /** The workspace's folder on the machines that run the steps; this machine's unless given. */
  readonly at?: string;
  /** Whose settings: `targets.ENVIRONMENT.yaml` over `targets.yaml`. */
  readonly environment?: string;
}

/** A target as the commands know it. */
export interface RegisteredTarget {
  /** Compiles with the settings of the workspace. */
  readonly compile: (place: Place, options: CompileOptions) => CompiledFiles;
  /** Loads what runs it: SDKs are loaded only then. */
  readonly engine: (place: Place) => Promise<OpenedEngine>;
}

const RUN_STEP = fileURLToPath(import.meta.resolve('@ml-platform/pipeline/run-step'));

/** Each target with its settings, as far as the workspace tells them. */
export const TARGETS: Readonly<Record<string, RegisteredTarget>> = {
  [airflow.name]: {
    compile: (place, options) => {
      readRunSettings(place, airflow.name, noSpark, '');
      return compile(airflow, place.document, airflowSettings(place), options);
    },
    engine: engineOf(airflow.name, async () => (await import('../engines/airflow/airflow-engine.ts')).airflowEngine),
  },
  [airflowKubernetes.name]: {
    compile: withSettings(airflowKubernetes, airflowKubernetesSettings, AIRFLOW_KUBERNETES_EXAMPLE),
    engine: engineOf(
      airflowKubernetes.name,
      async () => (await import('../engines/airflow/airflow-engine.ts')).airflowKubernetesEngine,
    ),
  },
  [argo.name]: {
    compile: withSettings(argo, argoSettings, ARGO_EXAMPLE),
    engine: engineOf(argo.name, async () => (await import('../engines/argo/argo-engine.ts')).argoEngine),
  },
  [azureMl.name]: {
    compile: withSettings(azureMl, azureMlSettings, AZURE_ML_EXAMPLE),
    engine: engineOf(azureMl.name, async () => (await import('../engines/azure-ml/azure-ml-engine.ts')).azureMlEngine),
  },
  [dvc.name]: {
    compile: (place, options) => {
      readRunSettings(place, dvc.name, noSpark, '');
      return compile(dvc, place.document, dvcSettings(place.document, place.project), options);
    },
    engine: engineOf(dvc.name, async () => (await import('../engines/dvc/dvc-engine.ts')).dvcEngine),
  },
  [kubeflow.name]: {
    compile: withSettings(kubeflow, kubeflowSettings, KUBEFLOW_EXAMPLE),
    engine: engineOf(
      kubeflow.name,
      async () => (await import('../engines/kubeflow/kubeflow-engine.ts')).kubeflowEngine,
    ),
  },
  [sageMaker.name]: {
    compile: withSettings(sageMaker, sageMakerSettings, SAGEMAKER_EXAMPLE),
    engine: engineOf(
      sageMaker.name,
      async () => (await import('../engines/sagemaker/sagemaker-engine.ts')).sageMakerEngine,
    ),
  },
  [stepFunctions.name]: {
    compile: withSettings(stepFunctions, stepFunctionsSettings, STEP_FUNCTIONS_EXAMPLE),
    engine: engineOf(
      stepFunctions.name,
      async () => (await import('../engines/step-functions/step-functions-engine.ts')).stepFunctionsEngine,
    ),
  },
  [vertex.name]: {
    compile: withSettings(vertex, vertexSettings, VERTEX_EXAMPLE),
    engine: engineOf(vertex.name, async () => (await import('../engines/vertex/vertex-engine.ts')).vertexEngine),
  },
};

/** Compiles with the target's section of targets.yaml. */
function withSettings<Settings extends object>(
  target: Target<Settings & InImage>,
  schema: z.ZodType<Settings>,
  example: string,
): RegisteredTarget['compile'] {
  return (place, options) => {
    const settings = readSettings(place, target.name, withSpark(target.name, schema), example);
    checkSpark(target.name, place.document, settings);
    return compile(target, place.document, { ...settings, ...inImage(place) }, options);
  };
}

/**
 * The target of that name.
 *
 * @throws PlatformError `usage` for another name.
 */
export function targetOf(name: string): RegisteredTarget {
  const target = TARGETS[name];
  if (target !== undefined) return target;
  throw new PlatformError(`there is no target '${name}'`, {
    code: 'usage',
    hint: suggest(name, Object.keys(TARGETS), 'targets'),
  });
}

function engineOf<Settings>(name: string, load: () => Promise<Engine<Settings>>): RegisteredTarget['engine'] {
  return async (place) => openEngine(await load(), name, place);
}

function airflowSettings({ project, workspace, at = workspace }: Place): AirflowSettings {
  const there = (path: string) => posix.join(toPosix(at), toPosix(relative(workspace, path)));
  return { project: there(project), runStep: there(RUN_STEP) };
}

interface InImage {
  readonly pipeline: string;
}

/** Where the pipeline's file lies in an image, which has the workspace in its working folder. */
function inImage({ project, workspace }: Place): InImage {
  return { pipeline: toPosix(relative(workspace, join(project, 'src/pipeline.ts'))) };
}
