import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockedPackages } from '../closure/locked-packages.ts';
import { stepInputs } from '../closure/step-inputs.ts';
import type { PipelineDocument, StepDocument } from '../document/document.ts';
import { fingerprints } from '../params/file-param.ts';
import { workspaceRoot } from '../workspace/workspace-root.ts';
import { type DatasetRecord, readRunRecord } from './run-record.ts';

export interface Made {
  readonly document: PipelineDocument;
  readonly step: StepDocument;
  readonly project: string;
  /** Parameters, per item of a loop. */
  readonly params: readonly Record<string, unknown>[];
  readonly inputs: readonly DatasetRecord[];
}

/** One hash over all that a step's result depends on: its code and packages, its parameters, the content of its inputs. */
export function reuseKey({ document, step, project, params, inputs }: Made): string {
  const workspace = workspaceRoot(project);
  const { files, packages } = stepInputs(step, project, workspace);
  const schema = document.params[step.paramsKey] ?? {};
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(workspace, file)));
  const rest = {
    packages: lockedPackages(packages, workspace),
    params,
    rawFiles: params.map((values) => fingerprints(schema, values, project)),
    inputs,
  };
  return hash.update(JSON.stringify(rest)).digest('hex');
}

/** Whether what a step left was made with this key, and has not been touched since. */
export async function isCurrent(
  recordFile: string,
  key: string,
  hashOutputs: () => Promise<readonly DatasetRecord[]>,
): Promise<boolean> {
  if (!existsSync(recordFile)) return false;
  const record = await readRunRecord(recordFile);
  if (record?.reuseKey !== key) return false;
  const found = await hashOutputs().catch(() => undefined);
  return JSON.stringify(found) === JSON.stringify(record.outputs);
}
