import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError, suggest } from '@ml-platform/errors';
import type { PipelineDocument } from '@ml-platform/pipeline';
import { readGate } from '@ml-platform/registry/gate';
import { GATE_FILE } from '../models/find-gate.ts';
import { registrationSteps } from '../train/registrations.ts';

/**
 * Looks whether a pipeline's gate, if it has one, is one of a model that the pipeline registers.
 *
 * @throws PlatformError `config` naming file, line and key.
 */
export function checkGate(document: PipelineDocument, project: string): void {
  const file = join(project, GATE_FILE);
  if (!existsSync(file)) return;
  const { model } = readGate(file);
  const registered = registrationSteps(document, project, { params: [] }).map((step) => step.model);
  if (registered.includes(model)) return;
  throw new PlatformError(`${file}: model: pipeline '${document.name}' registers no model "${model}"`, {
    code: 'config',
    hint: suggest(model, registered, 'models'),
  });
}
