import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { codeIdentity } from '../closure/code-identity.ts';
import { stepDefinition } from '../closure/step-definition.ts';
import type { PipelineDocument, StepDocument } from '../document/document.ts';
import { fingerprints } from '../params/file-param.ts';
import { type DatasetRecord, readRunRecord } from './run-record.ts';

export interface Made {
  readonly document: PipelineDocument;
  readonly step: StepDocument;
  readonly project: string;
  /** Parameters, per item of a loop or trial of a search. */
  readonly params: readonly Record<string, unknown>[];
  readonly inputs: readonly DatasetRecord[];
}

/** One hash over all that a step's result depends on: its definition, code and packages, its parameters, its inputs' content. */
export function reuseKey({ document, step, project, params, inputs }: Made): string {
  const schema = document.params[step.paramsKey] ?? {};
  const rest = {
    definition: stepDefinition(document, step),
    code: codeIdentity(step, project),
    params,
    rawFiles: params.map((values) => fingerprints(schema, values, project)),
    inputs,
  };
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex');
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
