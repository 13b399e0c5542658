import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PlatformError, suggest } from '@ml-platform/errors';
import { readDocument } from '@ml-platform/pipeline';
import type { FoundPipeline } from '../start/find-pipeline.ts';
import { filesSince, isAffected } from './affected.ts';
import type { TrainOptions } from './options.ts';
import { registersModels } from './registrations.ts';

type Choice = Pick<TrainOptions, 'pipelines' | 'affectedSince'>;

/**
 * The pipelines to train: those that are named, or all that register a model; of these the affected ones, where asked.
 *
 * @throws PlatformError `notFound` for a name that no pipeline has, `config` for one that registers nothing.
 */
export async function choosePipelines(
  workspace: string,
  { pipelines, affectedSince }: Choice,
): Promise<FoundPipeline[]> {
  const files = globSync('{apps,libs}/*/src/pipeline.ts', { cwd: workspace }).sort();
  const all = files.map((file) => ({
    document: readDocument(join(workspace, file), workspace),
    project: join(workspace, dirname(dirname(file))),
  }));
  const chosen = pipelines.length > 0 ? pipelines.map((name) => named(all, name)) : all.filter(hasModel);
  if (affectedSince === undefined) return chosen;
  const changed = await filesSince(workspace, affectedSince);
  return chosen.filter((found) => isAffected(found, changed, workspace));
}

function hasModel({ document }: FoundPipeline): boolean {
  return registersModels(document);
}

function named(all: readonly FoundPipeline[], name: string): FoundPipeline {
  const found = all.find(({ document }) => document.name === name);
  if (found && hasModel(found)) return found;
  const names = all.filter(hasModel).map(({ document }) => document.name);
  if (found === undefined)
    throw new PlatformError(`there is no pipeline '${name}'`, {
      code: 'notFound',
      hint: suggest(name, names, 'pipelines'),
    });
  throw new PlatformError(`pipeline '${name}' registers no model`, {
    code: 'config',
    hint: `npx nx g step register --kind register --pipeline ${basename(found.project)} --after STEP`,
  });
}
