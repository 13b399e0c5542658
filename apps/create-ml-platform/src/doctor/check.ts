import type { Finding, Group } from './finding.ts';
import type { Machine } from './machine/machine.ts';

/** One look at the machine or the project. */
export interface Check {
  readonly group: Group;
  /** What it looks at, for progress and where it fails. */
  readonly title: string;
  /** Asks something beyond this machine. */
  readonly network?: boolean;
  /** Seconds until it is given up; 20 unless given. */
  readonly patience?: number;
  readonly look: (machine: Machine) => Promise<readonly Finding[]> | readonly Finding[];
}
