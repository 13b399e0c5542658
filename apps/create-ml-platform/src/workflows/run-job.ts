import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolve, type Scope, type Value } from './expression.ts';
import type { Job, Permissions, Workflow } from './read-workflow.ts';
import { type JobState, runSteps, stepsContext, texts } from './run-steps.ts';
import type { JobRun, Settings } from './workflow-run.ts';

export interface JobPlace {
  readonly settings: Settings;
  readonly workflow: Workflow;
  /** As it is shown. */
  readonly name: string;
  readonly id: string;
  readonly permissions: Permissions;
  /** `github`, `inputs`, `vars`, `needs`, `matrix`. */
  readonly contexts: Readonly<Record<string, unknown>>;
}

const FINE = { succeeded: true, failed: false };

/** Runs a job's steps from an empty folder, as on a machine of its own. */
export async function runJob(job: Job, place: JobPlace): Promise<JobRun> {
  const { settings, workflow, name, permissions } = place;
  const root = mkdtempSync(join(tmpdir(), 'job-'));
  const [workspace, temp] = [join(root, 'workspace'), join(root, 'temp')];
  for (const folder of [workspace, temp]) mkdirSync(folder);
  try {
    const environment = environmentOf(job.environment, { contexts: place.contexts, status: FINE, workspace });
    const known = { name, permissions, ...(environment !== undefined && { environment }) };
    if (environment !== undefined && settings.approve?.(environment) === false) {
      return { ...known, result: 'failure', outputs: {}, steps: [], summary: '' };
    }
    const github = { ...(place.contexts.github as object), workspace, job: place.id };
    const vars = { ...settings.variables, ...settings.environmentVariables?.[environment ?? ''] };
    const secrets = { ...settings.secrets };
    const runner = { os: 'Linux', arch: 'X64', temp };
    const contexts = { ...place.contexts, github, vars, secrets, runner };
    const scope: Scope = { contexts, status: FINE, workspace };
    const outer = texts(workflow.env, scope);
    const env = { ...outer, ...texts(job.env, { ...scope, contexts: { ...contexts, env: outer } }) };
    const state: JobState = { env, path: [], summary: '' };
    const shell = workflow.defaults?.run?.shell;
    const steps = await runSteps(job.steps ?? [], { settings, contexts, workspace, temp, shell }, state);
    const result = steps.some(({ conclusion }) => conclusion === 'failure') ? 'failure' : 'success';
    const after = { ...scope, contexts: { ...contexts, env: state.env, steps: stepsContext(steps) } };
    return { ...known, result, outputs: texts(job.outputs, after), steps, summary: state.summary };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** `environment: dev` and `environment: { name: dev }`; none for an empty name. */
function environmentOf(environment: Value | undefined, scope: Scope): string | undefined {
  const resolved = resolve(environment, scope) as string | { name?: string } | undefined;
  return (typeof resolved === 'string' ? resolved : resolved?.name) || undefined;
}
