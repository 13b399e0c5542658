import { Expression, isTrue, type Scope, type Value } from './expression.ts';
import { permissionsOf } from './permissions.ts';
import type { Job, Workflow } from './read-workflow.ts';
import { isStartedBy, type WorkflowEvent } from './triggers.ts';

/** Events that others cause, and that run with the rights of the repository. */
const DANGEROUS = ['pull_request_target', 'workflow_run', 'issue_comment', 'issues', 'discussion_comment'];

/** A pull request from a fork, of any kind: everything else that somebody without rights can do starts nothing. */
export function forkEvents(): WorkflowEvent[] {
  const actions = ['opened', 'synchronize', 'reopened', 'closed', 'labeled', 'unlabeled'];
  return actions.map((action) => ({
    name: 'pull_request',
    payload: {
      action,
      label: { name: 'preview' },
      pull_request: {
        number: 7,
        labels: [{ name: 'preview' }, { name: 'train' }],
        head: { ref: 'evil', repo: { full_name: 'mallory/platform' } },
        base: { ref: 'main', sha: '0'.repeat(40) },
      },
    },
    ref: 'refs/pull/7/merge',
    sha: '0'.repeat(40),
    changed: [
      'infra/aws/index.ts',
      'apps/flights/src/a.ts',
      'data.dvc',
      'package-lock.json',
      '.github/workflows/ci.yml',
    ],
  }));
}

/**
 * What a stranger could reach through a workflow: an event that brings rights along, or a job that runs for a fork and has
 * more than the right to read, an environment, a secret, or a machine that stays.
 */
export function reachableByForks(workflow: Workflow): string[] {
  const dangerous = Object.keys(workflow.on).filter((name) => DANGEROUS.includes(name));
  const jobs = forkEvents()
    .filter((event) => isStartedBy(workflow, event))
    .flatMap((event) => runFor(workflow, event))
    .flatMap(([id, job]) => reachableIn(id, job, workflow));
  return [...new Set([...dangerous.map((name) => `on: ${name}`), ...jobs])];
}

/** The jobs whose condition such an event meets, where all that they need went well. */
function runFor({ jobs }: Workflow, event: WorkflowEvent): [string, Job][] {
  const everything = { AWS_READER_ROLE: 'role', AWS_ROLE: 'role', MODEL: 'flights', MODEL_REGISTRY: 's3://models' };
  const github = { event: event.payload, event_name: event.name, repository: 'acme/platform', ref: event.ref };
  const needs = Object.fromEntries(
    Object.keys(jobs).map((id) => [id, { result: 'success', outputs: { plan: '{"stacks":[1]}' } }]),
  );
  const contexts = { github, vars: everything, needs, inputs: {} };
  const scope: Scope = { contexts, status: { succeeded: true, failed: false }, workspace: '/' };
  return Object.entries(jobs).filter(([, job]) => isTrue(job.if, scope));
}

function reachableIn(id: string, job: Job, workflow: Workflow): string[] {
  const rights = Object.entries(permissionsOf(job, workflow)).filter(([, level]) => level !== 'read');
  return [
    ...rights.map(([scope, level]) => `${id}: ${scope}: ${level}`),
    ...(job.environment !== undefined ? [`${id}: an environment`] : []),
    ...(job.uses !== undefined ? [`${id}: a called workflow`] : []),
    ...(expressionsIn(job as unknown as Value).some((text) => /\bsecrets\b/.test(text)) ? [`${id}: a secret`] : []),
    ...(/^ubuntu-/.test(String(job['runs-on'])) ? [] : [`${id}: runs on ${job['runs-on']}`]),
  ];
}

function expressionsIn(value: Value | undefined): string[] {
  if (value instanceof Expression) return [value.text];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(expressionsIn);
}
