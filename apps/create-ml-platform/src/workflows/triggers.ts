import type { Workflow } from './read-workflow.ts';

/** Something that happened in a repository, as far as it starts workflows. */
export interface WorkflowEvent {
  readonly name: string;
  /** `github.event`. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** `refs/heads/main`, `refs/pull/7/merge`. */
  readonly ref: string;
  readonly sha: string;
  /** Paths that a push or a pull request changes. */
  readonly changed?: readonly string[];
}

/** What a pull request's workflows are about unless `types` says otherwise. */
const PULL_REQUEST_TYPES = ['opened', 'synchronize', 'reopened'];

/** Whether the event starts the workflow, by its `on` and the filters there. */
export function isStartedBy({ on }: Workflow, { name, payload, ref, changed = [] }: WorkflowEvent): boolean {
  const trigger = on[name];
  if (trigger === undefined) return false;
  const types = trigger.types ?? (name === 'pull_request' ? PULL_REQUEST_TYPES : undefined);
  if (types && !types.includes(String(payload.action))) return false;
  if (trigger.branches && !matchesLast(trigger.branches, branchOf(name, payload, ref))) return false;
  const { paths } = trigger;
  return paths === undefined || changed.some((path) => matchesLast(paths, path));
}

/** The branch that is pushed to; of a pull request, the one that it is to be merged into. */
function branchOf(name: string, payload: WorkflowEvent['payload'], ref: string): string {
  const { pull_request: pull } = payload as { pull_request?: { base?: { ref?: string } } };
  return (name === 'pull_request' ? pull?.base?.ref : undefined) ?? ref.replace('refs/heads/', '');
}

/** Of several patterns the last one that matches decides; one with `!` takes back. */
function matchesLast(patterns: readonly string[], text: string): boolean {
  const last = patterns.findLast((pattern) => toRegExp(pattern.replace(/^!/, '')).test(text));
  return last !== undefined && !last.startsWith('!');
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet */
function toRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|\*|[.^$()|{}\\]/g, (found) => {
    if (found === '**/') return '(?:.*/)?';
    if (found === '**') return '.*';
    return found === '*' ? '[^/]*' : `\\${found}`;
  });
  return new RegExp(`^${source}$`);
}
