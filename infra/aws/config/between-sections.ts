import type { Environment, Problem } from '@ml-platform/conventions';
import { FARGATE_CALLS, missingEndpoints, type NetworkSettings } from '../components/network/config.ts';

interface Sections {
  readonly environment: Environment;
  readonly network: NetworkSettings & { readonly publicSubnets?: boolean };
  readonly serving: { readonly kind: string; readonly isPublic: boolean; readonly imageDigest?: string | undefined };
  readonly events: { readonly enabled: boolean; readonly retrainPipeline?: string | undefined };
  readonly pipelines: { readonly enabled: boolean; readonly entries: Readonly<Record<string, unknown>> };
}

/** What one section says that another one doesn't bear out. */
export function betweenSections({ network, serving, events, pipelines }: Sections): Problem[] {
  const known = Object.keys(pipelines.enabled ? pipelines.entries : {});
  const { retrainPipeline } = events;
  const isUnknown = events.enabled && retrainPipeline !== undefined && !known.includes(retrainPipeline);
  const expected = `a pipeline of pipelines.entries: ${known.join(', ') || 'there is none'}`;
  return [
    ...(isUnknown ? [{ key: 'events.retrainPipeline', value: retrainPipeline, expected }] : []),
    ...(serving.kind === 'fargate' ? missingEndpoints(network, FARGATE_CALLS, 'serving.kind fargate') : []),
  ];
}
