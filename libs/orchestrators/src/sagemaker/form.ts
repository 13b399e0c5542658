import { PlatformError } from '@ml-platform/errors';
import { type PipelineDocument, parseMemory, type StepDocument } from '@ml-platform/pipeline';
import {
  acceleratorTypes,
  type JobForm,
  type Machine,
  MACHINES_SOURCE,
  machineNamed,
  machinesWith,
  type Needs,
  smallestMachine,
} from '../aws/machines.ts';
import { type Excess, beyondLimit } from '../limits.ts';
import type { SageMakerSettings } from './settings.ts';

/** What SageMaker gives a job where nothing is asked. */
const VOLUME = 30;
/** SageMaker API reference, ProcessingClusterConfig: VolumeSizeInGB. */
const LARGEST_VOLUME = 16_384;

/** What a step becomes. */
export interface Form {
  readonly job: JobForm;
  readonly instance: string;
  /** VolumeSizeInGB. */
  readonly volume: number;
  /** Whether the machine's own disk is used, which no key of the user encrypts. */
  readonly hasOwnDisk: boolean;
}

/**
 * The kind of job and the machine of a step: a training job where the settings say so, where it is spot, and where no
 * other has its accelerator; else a processing job.
 *
 * @throws PlatformError `config` for what no machine has, and for a form that can't have what the step asks for.
 */
export function formOf({ name: pipeline }: PipelineDocument, step: StepDocument, settings: SageMakerSettings): Form {
  const refuse = (excess: Excess) => beyondLimit(pipeline, { step: step.name, ...excess });
  const { form, instance } = settings.steps?.[step.name] ?? {};
  const needs = needsOf(step);
  const type = needs.accelerator?.type;
  const hasProcessing = instance !== undefined || type === undefined || acceleratorTypes('processing').includes(type);
  const asked = form === 'tuning' ? 'training' : form;
  const job = asked ?? (step.spot || !hasProcessing ? 'training' : 'processing');
  if (step.spot && job === 'processing') throw spotProcessing(step.name);
  const volume = Math.max(VOLUME, needs.disk ?? 0);
  if (volume > LARGEST_VOLUME) {
    const limit = `SageMaker's volumes have at most ${LARGEST_VOLUME}Gi`;
    const source = 'SageMaker API reference, ProcessingClusterConfig';
    throw refuse({ field: 'resources.disk', value: step.resources?.disk ?? volume, limit, source });
  }
  if (instance !== undefined) {
    return { job, instance, volume, hasOwnDisk: machineNamed(instance)?.disk !== undefined };
  }
  const problem = unknownAccelerator(type, job);
  if (problem) throw refuse(problem);
  const machine = smallestMachine(needs, job);
  if (machine === undefined) throw refuse(noMachine(step, type, job));
  return { job, instance: machine.type, volume, hasOwnDisk: machine.disk !== undefined };
}

function needsOf({ resources: { cpu, memory, disk, accelerator } = {} }: StepDocument): Needs {
  return {
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory: gibibytes(memory) }),
    ...(disk !== undefined && { disk: Math.ceil(gibibytes(disk)) }),
    ...(accelerator && { accelerator }),
  };
}

function gibibytes(memory: string): number {
  return (parseMemory(memory) ?? 0) / 1024;
}

function spotProcessing(step: string): PlatformError {
  return new PlatformError(`step '${step}' is spot, and the settings of SageMaker make it a processing job`, {
    code: 'config',
    hint: `training jobs alone can be spot: in targets.yaml, below sagemaker: steps: { ${step}: { form: training } }`,
  });
}

function unknownAccelerator(type: string | undefined, job: JobForm): Excess | undefined {
  if (type === undefined || acceleratorTypes(job).includes(type)) return undefined;
  const limit = `a ${job} job of SageMaker has ${acceleratorTypes(job).join(', ')}`;
  return { field: 'resources.accelerator.type', value: type, limit, source: MACHINES_SOURCE };
}

function noMachine({ resources = {} }: StepDocument, type: string | undefined, job: JobForm): Excess {
  const { cpu, memory, disk, accelerator } = resources;
  const asked = Object.entries({ cpu, memory, disk, 'accelerator.count': accelerator?.count });
  const value = asked.flatMap(([name, of]) => (of === undefined ? [] : [`${name} ${of}`])).join(', ');
  const largest = largestMachines(machinesWith(type, job)).map(describe).join(' or ');
  return {
    field: 'resources',
    value,
    limit: `a ${job} job of SageMaker has at most ${largest}`,
    source: MACHINES_SOURCE,
  };
}

/** Those that no other has more of everything than. */
function largestMachines(machines: readonly Machine[]): readonly Machine[] {
  const sizes = ({ cpu, memory, accelerators, disk = Number.POSITIVE_INFINITY }: Machine) => [
    cpu,
    memory,
    accelerators,
    disk,
  ];
  return machines.filter((one) => {
    return !machines.some(
      (other) => other !== one && sizes(one).every((size, index) => size <= (sizes(other)[index] ?? 0)),
    );
  });
}

function describe({ type, cpu, memory, accelerators, disk }: Machine): string {
  const more = [accelerators > 0 ? `${accelerators} of these` : '', disk === undefined ? '' : `a disk of ${disk} GB`];
  return [`${type} (${cpu} CPUs`, `${memory}Gi`, ...more].filter(Boolean).join(', ').concat(')');
}
