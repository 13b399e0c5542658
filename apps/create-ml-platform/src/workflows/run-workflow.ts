import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { isTrue, resolve, resolveText, type Scope, type Status } from './expression.ts';
import { inputsOf } from './inputs.ts';
import { combinationsOf } from './matrix.ts';
import { permissionsOf } from './permissions.ts';
import { type Job, type Permissions, readWorkflow, type Workflow } from './read-workflow.ts';
import { runJob } from './run-job.ts';
import type { JobRun, Result, Settings, WorkflowRun } from './workflow-run.ts';

/**
 * Runs a workflow here, as GitHub would for the event: jobs in the order of their needs, one after the other, each from an
 * empty folder; commands by bash; actions by what stands in for them.
 */
export async function runWorkflow(settings: Settings): Promise<WorkflowRun> {
  const source = mkdtempSync(join(tmpdir(), 'workflow-'));
  try {
    await execa('git', ['clone', '--quiet', '--no-checkout', settings.repository, source]);
    await execa('git', ['checkout', '--quiet', '--detach', settings.event.sha], { cwd: source });
    const workflow = readWorkflow(join(source, settings.workflow));
    const trigger = workflow.on[settings.event.name];
    if (!trigger) throw new Error(`${settings.workflow} isn't started by ${settings.event.name}`);
    const inputs = inputsOf(trigger.inputs, settings.inputs);
    return await runJobs(workflow, { settings, source, github: githubContext(settings, workflow), inputs, prefix: '' });
  } finally {
    rmSync(source, { recursive: true, force: true });
  }
}

interface Place {
  readonly settings: Settings;
  /** Of the repository, for the workflows that are called. */
  readonly source: string;
  readonly github: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly prefix: string;
  /** What the calling job has. */
  readonly most?: Permissions;
}

interface JobResult {
  readonly result: Result;
  readonly outputs: Readonly<Record<string, string>>;
}

async function runJobs(workflow: Workflow, place: Place): Promise<WorkflowRun> {
  const done = new Map<string, JobResult>();
  const runs: JobRun[] = [];
  for (const id of inOrder(workflow)) {
    const made = await runNeeded(id, workflow, place, done);
    runs.push(...made.runs);
    done.set(id, made);
  }
  const results = [...done.values()].map(({ result }) => result);
  const contexts = { github: place.github, inputs: place.inputs, jobs: Object.fromEntries(done) };
  const scope: Scope = { contexts, status: { succeeded: true, failed: false }, workspace: place.source };
  const promised = Object.entries(workflow.on.workflow_call?.outputs ?? {});
  return {
    result: together(results),
    jobs: runs,
    outputs: Object.fromEntries(promised.map(([name, { value }]) => [name, resolveText(value, scope)])),
  };
}

async function runNeeded(
  id: string,
  workflow: Workflow,
  place: Place,
  done: ReadonlyMap<string, JobResult>,
): Promise<JobResult & { runs: JobRun[] }> {
  const job = workflow.jobs[id] as Job;
  const needs = Object.fromEntries(needsOf(job).map((need) => [need, done.get(need)]));
  const contexts = { github: place.github, inputs: place.inputs, vars: place.settings.variables ?? {}, needs };
  const scope: Scope = { contexts, status: statusOf(id, workflow, done), workspace: place.source };
  if (!isTrue(job.if, scope)) return { result: 'skipped', outputs: {}, runs: [skipped(place.prefix + id)] };
  const matrix = resolve(job.strategy?.matrix, scope) as Record<string, unknown> | undefined;
  const runs: JobRun[] = [];
  const results: JobResult[] = [];
  for (const combination of combinationsOf(matrix)) {
    const values = Object.values(combination);
    const name = place.prefix + id + (values.length > 0 ? ` (${values.join(', ')})` : '');
    if (together(results.map(({ result }) => result)) === 'failure' && job.strategy?.['fail-fast'] !== false) {
      runs.push({ ...skipped(name), result: 'cancelled' });
      continue;
    }
    const own = { ...contexts, matrix: combination };
    const ran = await runOne(job, { ...place, workflow, id, name, contexts: own });
    runs.push(...ran.runs);
    results.push(ran);
  }
  const outputs = Object.assign({}, ...results.map((one) => one.outputs));
  return { result: together(results.map(({ result }) => result)), outputs, runs };
}

type JobAt = Place & {
  readonly workflow: Workflow;
  readonly id: string;
  readonly name: string;
  readonly contexts: Readonly<Record<string, unknown>>;
};

async function runOne(job: Job, at: JobAt): Promise<JobResult & { runs: readonly JobRun[] }> {
  const { settings, source, github, workflow, id, name, contexts, most } = at;
  const permissions = permissionsOf(job, workflow, most);
  if (job.uses === undefined) {
    const run = await runJob(job, { settings, workflow, name, id, permissions, contexts });
    return { ...run, runs: [run] };
  }
  const called = readWorkflow(join(source, job.uses));
  const scope: Scope = { contexts, status: { succeeded: true, failed: false }, workspace: source };
  const given = resolve(job.with ?? {}, scope) as Record<string, string | boolean>;
  const inputs = inputsOf(called.on.workflow_call?.inputs, given);
  const run = await runJobs(called, { settings, source, github, inputs, prefix: `${name} / `, most: permissions });
  return { ...run, runs: run.jobs };
}

function githubContext({ event, repository, github }: Settings, { name }: Workflow): Record<string, unknown> {
  const { pull_request: pull } = event.payload as {
    pull_request?: { head?: { ref?: string }; base?: { ref?: string } };
  };
  return {
    event: event.payload,
    event_name: event.name,
    ref: event.ref,
    ref_name: event.ref.replace(/^refs\/(?:heads|tags|pull)\//, ''),
    head_ref: pull?.head?.ref ?? '',
    base_ref: pull?.base?.ref ?? '',
    sha: event.sha,
    repository: 'acme/platform',
    repositoryUrl: repository,
    actor: 'octocat',
    run_id: '1',
    run_attempt: '1',
    server_url: 'https://github.com',
    token: 'the-token-of-this-job',
    workflow: name ?? '',
    ...github,
  };
}

function needsOf({ needs = [] }: Job): readonly string[] {
  return typeof needs === 'string' ? [needs] : needs;
}

/** Every job after those that it needs. */
function inOrder({ jobs }: Workflow): string[] {
  const order = new Set<string>();
  const add = (id: string) => {
    for (const need of needsOf(jobs[id] as Job)) add(need);
    order.add(id);
  };
  for (const id of Object.keys(jobs)) add(id);
  return [...order];
}

/** Of all jobs that it needs, and those that they need: one that was skipped is no success. */
function statusOf(id: string, { jobs }: Workflow, done: ReadonlyMap<string, JobResult>): Status {
  const all = new Set<string>();
  const add = (one: string) => {
    for (const need of needsOf(jobs[one] as Job)) {
      all.add(need);
      add(need);
    }
  };
  add(id);
  const results = [...all].map((one) => done.get(one)?.result);
  return {
    succeeded: results.every((result) => result === 'success'),
    failed: results.some((result) => result === 'failure'),
  };
}

function together(results: readonly Result[]): Result {
  if (results.includes('failure')) return 'failure';
  if (results.includes('cancelled')) return 'cancelled';
  return results.length > 0 && results.every((result) => result === 'skipped') ? 'skipped' : 'success';
}

function skipped(name: string): JobRun {
  return { name, result: 'skipped', outputs: {}, permissions: {}, steps: [], summary: '' };
}
