import type { PipelineDocument } from '@ml-platform/pipeline';
import { z } from 'zod';
import type { StepState } from '../engine.ts';
import { dateOf, type Seen, together } from '../step-statuses.ts';

const node = z.object({
  displayName: z.string(),
  templateName: z.string().default(''),
  type: z.string(),
  phase: z.string().nullish(),
  message: z.string().nullish(),
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
});

/** Nodes of a workflow's status, by id. */
export const workflowNodes = z.record(z.string(), node);

type Node = z.infer<typeof node>;

const STATES: Readonly<Record<string, StepState>> = {
  Pending: 'waiting',
  Running: 'running',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Error: 'failed',
  Skipped: 'skipped',
  Omitted: 'skipped',
};

export function nodesOf(nodes: z.infer<typeof workflowNodes> | null | undefined): Node[] {
  return Object.values(nodes ?? {});
}

/**
 * What became of each step: of its own task, and of the tasks of its items. A Retry node stands for its attempts, which are
 * nodes as well.
 */
export function seenSteps(document: PipelineDocument, nodes: readonly Node[], run: string): Map<string, Seen> {
  const tasks = nodes.filter(({ displayName }) => displayName !== run && !/\(\d+\)$/.test(displayName));
  const steps = new Set(document.steps.map(({ name }) => name));
  const others = tasks.filter(({ displayName }) => !steps.has(displayName));
  const seen = document.steps.flatMap(({ name, forEach }): [string, Seen][] => {
    const own = tasks.filter(({ displayName }) => displayName === name);
    const items = forEach ? others.filter(({ displayName }) => isItem(displayName, name)) : [];
    const found = together([...items, ...own].map(seenNode));
    return found === undefined ? [] : [[name, found]];
  });
  return new Map(seen);
}

function seenNode({ phase, message, startedAt, finishedAt }: Node): Seen {
  return {
    state: STATES[phase ?? ''] ?? 'waiting',
    reason: message ?? undefined,
    startedAt: dateOf(startedAt),
    endedAt: dateOf(finishedAt),
  };
}

/** A task over a list is called as the compiler called it, and each of its items `NAME(0:item)`. */
function isItem(displayName: string, step: string): boolean {
  return new RegExp(`^${step}-items(-x)*$`).test(displayName);
}

/**
 * The step of a Pod, whose name is `RUN-TEMPLATE-HASH`. Source: argo-workflows, "Upgrading", pod names v2; a template has
 * the name of its step, or that of the step's items.
 */
export function stepOfPod({ steps }: PipelineDocument, run: string, pod: string): string | undefined {
  const template = pod.slice(run.length + 1).replace(/-\d+$/, '');
  const own = steps.find(({ name }) => name === template);
  return (own ?? steps.find(({ name, forEach }) => forEach && isItem(template, name)))?.name;
}
