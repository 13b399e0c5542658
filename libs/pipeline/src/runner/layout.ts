import { join } from 'node:path';

/** Where a project keeps what its steps leave: artifacts to hand on, and one run record per step beside them. */
export const artifactsFolder = (project: string, step: string): string => join(project, 'artifacts', step);
export const runRecordFile = (project: string, step: string): string => join(project, 'runs', `${step}.json`);
export const lockFile = (project: string, step: string): string => join(project, 'artifacts', '.locks', step);

/** In a skipped step's artifacts folder, alone: says which gate said no. */
export const SKIP_MARKER = 'skipped.json';
