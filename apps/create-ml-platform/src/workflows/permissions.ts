import type { Job, Permissions, Workflow } from './read-workflow.ts';

const LEVELS = ['none', 'read', 'write'];

/**
 * What the token of a job may do. A workflow that is called gets no more than the job that calls it has, or GitHub doesn't
 * start it.
 */
export function permissionsOf(job: Job, workflow: Workflow, most?: Permissions): Permissions {
  const asked = job.permissions ?? workflow.permissions;
  if (typeof asked !== 'object') throw new Error(`permissions are to be named one by one, not '${asked}'`);
  for (const [scope, level] of Object.entries(asked)) {
    if (most && LEVELS.indexOf(level) > LEVELS.indexOf(most[scope] ?? 'none')) {
      throw new Error(`a called workflow asks for ${scope}: ${level}, its caller has ${most[scope] ?? 'none'}`);
    }
  }
  return asked;
}
