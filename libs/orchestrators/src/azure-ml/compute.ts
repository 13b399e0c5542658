import { PlatformError } from '@ml-platform/errors';
import type { PipelineDocument, StepDocument } from '@ml-platform/pipeline';
import { beyondLimit } from '../limits.ts';
import { ACCELERATORS, bySize, CURRENT_MACHINES, fits, MACHINES, MACHINES_SOURCE, type Machine } from './machines.ts';
import type { AzureMlSettings, Cluster } from './settings.ts';

/**
 * Where a step's job runs: the smallest machine that has what the step asks for. Of serverless compute, Azure chooses
 * one where the step doesn't ask.
 *
 * @throws PlatformError `config` for what no machine has.
 */
export function computeOf(document: PipelineDocument, step: StepDocument, settings: AzureMlSettings) {
  const { compute, sharedMemory } = settings;
  const shared = sharedMemory !== undefined && { shm_size: sharedMemory };
  if (compute !== 'serverless') {
    const { cluster } = clusterFor(step, compute);
    return { compute: `azureml:${cluster}`, ...(shared && { resources: shared }) };
  }
  const { cpu, memory, accelerator } = step.resources ?? {};
  const isAsked = cpu !== undefined || memory !== undefined || accelerator !== undefined;
  const resources = { ...(isAsked && { instance_type: machineFor(document, step).size }), ...shared };
  return {
    ...(Object.keys(resources).length > 0 && { resources }),
    ...(step.spot && { queue_settings: { job_tier: 'spot' } }),
  };
}

function machineFor(document: PipelineDocument, step: StepDocument): Machine {
  const { accelerator } = step.resources ?? {};
  const ofKind = CURRENT_MACHINES.filter((machine) => machine.accelerator?.type === accelerator?.type);
  const machine = ofKind.find((one) => fits(step, one));
  if (machine) return machine;
  throw beyondLimit(document.name, { step: step.name, ...excess(step, ofKind), source: MACHINES_SOURCE });
}

function excess({ resources = {} }: StepDocument, ofKind: readonly Machine[]) {
  const { cpu, memory, accelerator } = resources;
  if (accelerator && ofKind.length === 0) {
    const limit = `Azure Machine Learning has ${ACCELERATORS.join(', ')}`;
    return { field: 'resources.accelerator.type', value: accelerator.type, limit };
  }
  const most = Math.max(...ofKind.map((machine) => machine.accelerator?.count ?? 0));
  if (accelerator && accelerator.count > most) {
    const limit = `a virtual machine has at most ${most} of ${accelerator.type}`;
    return { field: 'resources.accelerator.count', value: accelerator.count, limit };
  }
  const largest = ofKind.reduce((one, other) => (other.memory >= one.memory ? other : one));
  const asked = [...(cpu === undefined ? [] : [`cpu ${cpu}`]), ...(memory === undefined ? [] : [`memory ${memory}`])];
  const limit = `the largest such virtual machine, ${describe(largest)}, has less of one of them`;
  return { field: 'resources', value: asked.join(' and '), limit };
}

function clusterFor(step: StepDocument, clusters: readonly Cluster[]): Cluster {
  const machines = clusters.map((cluster) => ({ ...cluster, machine: machineOf(cluster) }));
  const found = machines
    .filter(({ machine, spot = false }) => spot === (step.spot ?? false) && fits(step, machine))
    .sort((one, other) => bySize(one.machine, other.machine))[0];
  if (found) return found;
  const has = machines.map(({ cluster, machine, spot }) => `${cluster} (${spot ? 'spot, ' : ''}${describe(machine)})`);
  const asked = `${JSON.stringify(step.resources ?? {})}${step.spot ? ' on spot machines' : ''}`;
  throw new PlatformError(
    `step '${step.name}' asks for ${asked}; the settings of Azure Machine Learning have ${has.join(', ')}`,
    {
      code: 'config',
      hint: 'in targets.yaml, below azure-ml.compute: - { cluster: NAME, size: Standard_… , spot: true|false }',
    },
  );
}

function machineOf({ cluster, size }: Cluster): Machine {
  const machine = MACHINES.find((one) => one.size === size);
  if (machine) return machine;
  throw new PlatformError(`the size of cluster '${cluster}' is '${size}', which isn't known here`, {
    code: 'config',
    hint: `give one of ${MACHINES.map((one) => one.size).join(', ')}`,
  });
}

function describe({ size, cpu, memory, accelerator }: Machine): string {
  return `${size}: ${cpu} vCPU, ${memory} GiB${accelerator ? `, ${accelerator.count} ${accelerator.type}` : ''}`;
}
