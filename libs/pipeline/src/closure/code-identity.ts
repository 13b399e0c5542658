import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StepDocument } from '../document/document.ts';
import { workspaceRoot } from '../workspace/workspace-root.ts';
import { lockedPackages } from './locked-packages.ts';
import { stepInputs } from './step-inputs.ts';

/** In a bundle's project folder: what its sources were, which aren't there any more. */
export const BUNDLE_FILE = 'bundle.json';

export interface BundleFile {
  /** {@link codeIdentity} by step. */
  readonly code: Readonly<Record<string, string>>;
}

/**
 * SHA-256, in hexadecimal, over the code and the locked packages that a step's result depends on; the same in a bundle as
 * in the workspace that it was made from.
 */
export function codeIdentity(step: StepDocument, project: string): string {
  const bundle = join(project, BUNDLE_FILE);
  const known = existsSync(bundle)
    ? (JSON.parse(readFileSync(bundle, 'utf8')) as BundleFile).code[step.name]
    : undefined;
  return known ?? hashSources(step, project, workspaceRoot(project));
}

function hashSources(step: StepDocument, project: string, workspace: string): string {
  const { files, packages } = stepInputs(step, project, workspace);
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(workspace, file)));
  return hash.update(JSON.stringify(lockedPackages(packages, workspace))).digest('hex');
}
