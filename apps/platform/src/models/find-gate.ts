import { globSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { toPosix } from '@ml-platform/pipeline';
import { type Gate, readGate } from '@ml-platform/registry/gate';

export const GATE_FILE = 'gate.yaml';

export interface FoundGate extends Gate {
  /** Path in the workspace. */
  readonly file: string;
}

/**
 * The gate of a model, if any pipeline of the workspace has one.
 *
 * @throws PlatformError `config` for a gate that is wrong, and for two of the same model.
 */
export function findGate(workspace: string, model: string): FoundGate | undefined {
  const files = globSync(`{apps,libs}/*/${GATE_FILE}`, { cwd: workspace }).map(toPosix).sort();
  const gates = files.map((file) => ({ file, ...readGate(join(workspace, file)) }));
  const [gate, ...others] = gates.filter((one) => one.model === model);
  if (others.length === 0) return gate;
  const both = [gate, ...others].map((one) => one?.file).join(' and ');
  throw new PlatformError(`${both} are both gates of the model "${model}"`, {
    code: 'config',
    hint: 'one model has one gate: merge them',
  });
}
