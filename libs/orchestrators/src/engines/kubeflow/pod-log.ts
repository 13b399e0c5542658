import type { PipelineDocument, StepDocument } from '@ml-platform/pipeline';
import { ask, type Rest } from '../http/rest-client.ts';

/** Name of the template that runs a step's container. Source: kubeflow/pipelines 2.17, argocompiler/container.go. */
const TEMPLATE = 'system-container-impl';
/** The greatest number of attempts that a step can ask for. */
const MOST_ATTEMPTS = 20;

/** What a step said, and what can't be found out. */
export async function* stepLines(
  rest: Rest,
  { run, node, step, document }: { run: string; node: string; step: StepDocument; document: PipelineDocument },
): AsyncIterable<string> {
  const nodes = attempts(node, step);
  let found = 0;
  for (const attempt of nodes) {
    const text = await podLog(rest, run, podNames(attempt, step, document));
    if (text === undefined) break;
    found++;
    yield* text.trimEnd().split('\n');
  }
  if (found === 0) yield 'Kubeflow has no log of its Pod, or none of a name that its API tells';
}

/**
 * The nodes of a step's attempts, where it can have several: an id is made of a node's name, so those of the attempts are
 * known where the step's own is. Source: argo-workflows, Workflow.NodeID.
 */
function attempts(node: string, { name, retry }: StepDocument): string[] {
  const [, workflow = '', hash] = /^(.*)-(\d+)$/.exec(node) ?? [];
  const own = `${workflow}.root.${name}.executor`;
  if (retry === undefined || String(fnv32a(own)) !== hash) return [node];
  return Array.from({ length: MOST_ATTEMPTS }, (_, attempt) => `${workflow}-${fnv32a(`${own}(${attempt})`)}`);
}

/**
 * What the Pod of a node can be called: by its template since Argo Workflows 3.4, or by the node's id. Source:
 * kubeflow/pipelines 2.17, RetrievePodName and argocompiler/container.go.
 */
function podNames(node: string, { retry }: StepDocument, { labels = {} }: PipelineDocument): string[] {
  const [, workflow = node, hash = ''] = /^(.*)-(\d+)$/.exec(node) ?? [];
  const count = Object.keys(labels).length;
  const template = `${count > 0 ? `metadata-0-${count}-` : ''}${retry ? 'retry-' : ''}${TEMPLATE}`;
  return [`${workflow}-${template}-${hash}`, node];
}

async function podLog(rest: Rest, run: string, pods: readonly string[]): Promise<string | undefined> {
  for (const pod of pods) {
    const path = `/apis/v1alpha1/runs/${encodeURIComponent(run)}/nodes/${encodeURIComponent(pod)}/log`;
    const text = await (await ask(rest, { path, accept: 'text/plain' })).text();
    // It answers 200 before it looks whether there is such a Pod.
    if (!text.startsWith('{"error_message"')) return text;
  }
  return undefined;
}

/** Fowler, Noll and Vo's hash, as an unsigned number of 32 bits. */
export function fnv32a(text: string): number {
  return Buffer.from(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}
