/** What kind of SageMaker job a machine is for. */
export type JobForm = 'processing' | 'training';

export interface Machine {
  /** As SageMaker names it: `ml.m5.large`. */
  readonly type: string;
  /** Virtual CPUs. */
  readonly cpu: number;
  /** Gibibytes. */
  readonly memory: number;
  readonly accelerators: number;
  /** Gigabytes of its own disk, which is then all that a job gets; `undefined`: a volume as large as asked for. */
  readonly disk?: number;
}

/** What a machine is to have. */
export interface Needs {
  readonly cpu?: number;
  /** Gibibytes. */
  readonly memory?: number;
  /** Gibibytes. */
  readonly disk?: number;
  readonly accelerator?: { readonly type: string; readonly count: number };
}

type Row = readonly [size: string, cpu: number, memory: number, accelerators: number, disk?: number];

/** Where the numbers below are from, and second, that SageMaker offers a machine: the values of `InstanceType`. */
export const MACHINES_SOURCE =
  'Amazon EC2 instance types guide, "Specifications for Amazon EC2 … instances", and SageMaker API reference, ResourceConfig and ProcessingClusterConfig';

/** Machines without accelerators. */
const GENERAL: readonly (readonly [family: string, rows: readonly Row[]])[] = [
  [
    'm5',
    [
      ['large', 2, 8, 0],
      ['xlarge', 4, 16, 0],
      ['2xlarge', 8, 32, 0],
      ['4xlarge', 16, 64, 0],
      ['12xlarge', 48, 192, 0],
      ['24xlarge', 96, 384, 0],
    ],
  ],
  [
    'c5',
    [
      ['xlarge', 4, 8, 0],
      ['2xlarge', 8, 16, 0],
      ['4xlarge', 16, 32, 0],
      ['9xlarge', 36, 72, 0],
      ['18xlarge', 72, 144, 0],
    ],
  ],
  [
    'r5',
    [
      ['large', 2, 16, 0],
      ['xlarge', 4, 32, 0],
      ['2xlarge', 8, 64, 0],
      ['4xlarge', 16, 128, 0],
      ['8xlarge', 32, 256, 0],
      ['12xlarge', 48, 384, 0],
      ['16xlarge', 64, 512, 0],
      ['24xlarge', 96, 768, 0],
    ],
  ],
];

interface Family {
  readonly accelerator: string;
  readonly family: string;
  readonly rows: readonly Row[];
  /** Machines that only training jobs get. */
  readonly trainingOnly?: readonly string[];
}

const ACCELERATED: readonly Family[] = [
  {
    accelerator: 'nvidia-t4',
    family: 'g4dn',
    rows: [
      ['xlarge', 4, 16, 1, 125],
      ['2xlarge', 8, 32, 1, 225],
      ['4xlarge', 16, 64, 1, 225],
      ['8xlarge', 32, 128, 1, 900],
      ['16xlarge', 64, 256, 1, 900],
      ['12xlarge', 48, 192, 4, 900],
    ],
  },
  {
    accelerator: 'nvidia-l4',
    family: 'g6',
    rows: [
      ['xlarge', 4, 16, 1, 250],
      ['2xlarge', 8, 32, 1, 450],
      ['4xlarge', 16, 64, 1, 600],
      ['8xlarge', 32, 128, 1, 900],
      ['16xlarge', 64, 256, 1, 1880],
      ['12xlarge', 48, 192, 4, 3760],
      ['24xlarge', 96, 384, 4, 3760],
      ['48xlarge', 192, 768, 8, 7520],
    ],
  },
  {
    accelerator: 'nvidia-a10g',
    family: 'g5',
    rows: [
      ['xlarge', 4, 16, 1, 250],
      ['2xlarge', 8, 32, 1, 450],
      ['4xlarge', 16, 64, 1, 600],
      ['8xlarge', 32, 128, 1, 900],
      ['16xlarge', 64, 256, 1, 1900],
      ['12xlarge', 48, 192, 4, 3800],
      ['24xlarge', 96, 384, 4, 3800],
      ['48xlarge', 192, 768, 8, 7600],
    ],
  },
  {
    accelerator: 'nvidia-v100',
    family: 'p3',
    rows: [
      ['2xlarge', 8, 61, 1],
      ['8xlarge', 32, 244, 4],
      ['16xlarge', 64, 488, 8],
    ],
  },
  {
    accelerator: 'nvidia-a100-40gb',
    family: 'p4d',
    rows: [['24xlarge', 96, 1152, 8, 8000]],
    trainingOnly: ['24xlarge'],
  },
  {
    accelerator: 'nvidia-a100-80gb',
    family: 'p4de',
    rows: [['24xlarge', 96, 1152, 8, 8000]],
    trainingOnly: ['24xlarge'],
  },
  {
    accelerator: 'nvidia-h100-80gb',
    family: 'p5',
    rows: [
      ['4xlarge', 16, 256, 1, 3800],
      ['48xlarge', 192, 2048, 8, 30_400],
    ],
    trainingOnly: ['48xlarge'],
  },
];

/** Accelerators that jobs of a form can have. */
export function acceleratorTypes(form: JobForm): readonly string[] {
  return ACCELERATED.filter(({ accelerator }) => machinesWith(accelerator, form).length > 0).map(
    (of) => of.accelerator,
  );
}

/** Machines with an accelerator, or those with none, the smaller before the larger. */
export function machinesWith(accelerator: string | undefined, form: JobForm): readonly Machine[] {
  const families =
    accelerator === undefined
      ? GENERAL.map(([family, rows]) => ({ family, rows, trainingOnly: [] }))
      : ACCELERATED.filter((of) => of.accelerator === accelerator);
  const machines = families.flatMap(({ family, rows, trainingOnly = [] }) =>
    rows.filter(([size]) => form === 'training' || !trainingOnly.includes(size)).map((row) => machine(family, row)),
  );
  return machines.sort((a, b) => a.accelerators - b.accelerators || a.cpu - b.cpu || a.memory - b.memory);
}

/** The smallest machine that has what is needed; `undefined`: none has. */
export function smallestMachine(
  { cpu = 0, memory = 0, disk = 0, accelerator }: Needs,
  form: JobForm,
): Machine | undefined {
  return machinesWith(accelerator?.type, form).find(
    (has) =>
      has.cpu >= cpu &&
      has.memory >= memory &&
      has.accelerators >= (accelerator?.count ?? 0) &&
      (has.disk === undefined || has.disk >= gigabytes(disk)),
  );
}

/** The machine of that name, where the table has it. */
export function machineNamed(type: string): Machine | undefined {
  const all = [undefined, ...ACCELERATED.map(({ accelerator }) => accelerator)];
  return all.flatMap((accelerator) => machinesWith(accelerator, 'training')).find((found) => found.type === type);
}

function machine(family: string, [size, cpu, memory, accelerators, disk]: Row): Machine {
  return { type: `ml.${family}.${size}`, cpu, memory, accelerators, ...(disk !== undefined && { disk }) };
}

function gigabytes(gibibytes: number): number {
  return (gibibytes * 1024 ** 3) / 1000 ** 3;
}
