import { PlatformError } from '@ml-platform/errors';
import { parseDuration, type StepDocument } from '@ml-platform/pipeline';
import { stringify } from 'yaml';
import { containerResources, placement } from '../kubernetes/placement.ts';
import { shellWord } from '../shell-word.ts';
import type { ArgoSettings } from './settings.ts';

const ENGINE = { name: 'argo', title: 'Argo' };
/** Where the head's container finds the run's parameters: a shell takes them apart nowhere on the way. */
const PARAMS = 'ML_PARAMS_JSON';
/** In a manifest: an expression of Argo's, which gives a text of JSON, and so one of YAML. */
const PARAMS_EXPRESSION = '{{=toJson(workflow.parameters.params)}}';
const PLACEHOLDER = 'parameters-of-the-run';

/** Whether a step's script is written for Ray, and gets a cluster of its own. */
export function isRayStep({ runner }: StepDocument): boolean {
  return runner.language === 'python' && runner.on === 'ray';
}

/**
 * The part of a template that makes a RayJob of the KubeRay operator (ray.io/v1) and waits for it: a cluster for this one
 * step, whose head runs the step runner and whose workers have what the step asks for.
 *
 * @throws PlatformError `config` where the settings say nothing of clusters.
 */
export function rayJob(step: StepDocument, args: readonly string[], settings: ArgoSettings) {
  const manifest = stringify(resource(step, args, settings), { lineWidth: 0, aliasDuplicateObjects: false });
  return {
    resource: {
      action: 'create',
      // It goes with the workflow.
      setOwnerReference: true,
      manifest: manifest.replaceAll(PLACEHOLDER, PARAMS_EXPRESSION),
      // Ray documentation, "Ray Jobs": JobStatus.
      successCondition: 'status.jobStatus == SUCCEEDED',
      // One of them is enough. A job that is over its deadline, or never starts, fails as a deployment alone.
      failureCondition:
        'status.jobStatus in (FAILED, STOPPED),status.jobDeploymentStatus in (Failed, ValidationFailed)',
    },
  };
}

function resource(step: StepDocument, args: readonly string[], settings: ArgoSettings) {
  const { namespace, command = ['run-step'], ray } = settings;
  if (ray === undefined) throw noClusters(step);
  const deadline = step.timeout === undefined ? undefined : parseDuration(step.timeout);
  const words = [...command, ...args].map(shellWord).join(' ');
  return {
    apiVersion: 'ray.io/v1',
    kind: 'RayJob',
    metadata: { generateName: `${step.name}-`, ...(namespace && { namespace }) },
    spec: {
      entrypoint: `${words} --params-json "$${PARAMS}"`,
      // The operator hands it to the head, whose shell then reads it; another way, a Pod of its own would.
      submissionMode: 'HTTPMode',
      shutdownAfterJobFinishes: true,
      ...(deadline !== undefined && { activeDeadlineSeconds: deadline }),
      rayClusterSpec: {
        ...(ray.version && { rayVersion: ray.version }),
        headGroupSpec: headGroup(step, settings),
        workerGroupSpecs: [workerGroup(step, settings, ray.workers)],
      },
    },
  };
}

/** It leads, and works nothing off itself: no accelerator, and no machine that can be taken away. */
function headGroup({ resources = {}, spot: _spot, ...step }: StepDocument, settings: ArgoSettings) {
  const { accelerator: _accelerator, ...asked } = resources;
  const env = [{ name: PARAMS, value: PLACEHOLDER }];
  return {
    rayStartParams: { 'dashboard-host': '0.0.0.0', 'num-cpus': '0' },
    template: podTemplate('ray-head', { ...step, resources: asked }, settings, { env }),
  };
}

function workerGroup(step: StepDocument, settings: ArgoSettings, workers: number) {
  return {
    groupName: 'workers',
    replicas: workers,
    minReplicas: workers,
    maxReplicas: workers,
    rayStartParams: {},
    template: podTemplate('ray-worker', step, settings),
  };
}

function podTemplate(name: string, step: StepDocument, settings: ArgoSettings, more: object = {}) {
  const resources = containerResources(step, settings, ENGINE);
  return {
    spec: {
      ...(settings.serviceAccount && { serviceAccountName: settings.serviceAccount }),
      ...placement(step, settings, ENGINE),
      containers: [{ name, image: settings.images[step.runner.language], ...(resources && { resources }), ...more }],
    },
  };
}

function noClusters({ name }: StepDocument): PlatformError {
  return new PlatformError(`step '${name}' is written for Ray, and the settings of Argo say nothing of its clusters`, {
    code: 'config',
    hint: 'in targets.yaml, below argo: ray: { workers: 2 }; the KubeRay operator makes them',
  });
}
