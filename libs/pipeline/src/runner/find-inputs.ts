import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { type ArtifactType, isMany } from '../artifacts/artifact-type.ts';
import type { PlacedStep } from '../definition/define-pipeline.ts';
import type { OutputReference, PipelineDocument, StepDocument } from '../document/document.ts';
import { checkArtifact } from './in-store.ts';
import { artifactPath } from './layout.ts';

/** Absolute path per input, a list of them where it takes many. */
export type InputPaths = Readonly<Record<string, string | readonly string[]>>;

/**
 * Finds a step's inputs, and looks whether each is what it was declared to be.
 *
 * @throws PlatformError `notFound` for one that isn't there, `data` for one that was cut off or is of another kind.
 */
export async function findInputs(
  document: PipelineDocument,
  { name, step, sources }: PlacedStep,
  project: string,
): Promise<InputPaths> {
  const inputs: Record<string, string | readonly string[]> = {};
  for (const [input, type] of Object.entries(step.inputs)) {
    const found: string[] = [];
    for (const source of sources[input] ?? []) {
      const paths = await findArtifacts(document, source, project);
      const again = `npx nx run ${document.name}:${source.step} --skip-nx-cache`;
      for (const path of paths)
        await check(isMany(type) ? type.manyOf : type, path, `input '${input}' of '${name}'`, again);
      found.push(...paths);
    }
    inputs[input] = isMany(type) ? found : (found[0] ?? '');
  }
  return inputs;
}

async function check(type: ArtifactType, path: string, what: string, again: string): Promise<void> {
  try {
    await checkArtifact(type, path);
  } catch (cause) {
    throw new PlatformError(`${what}: ${path} ${messageOf(cause)}`, {
      code: 'data',
      hint: `make it again: ${again}`,
      cause,
    });
  }
}

/** One path; of a step that loops, one per item in the list's order. */
async function findArtifacts(document: PipelineDocument, source: OutputReference, project: string): Promise<string[]> {
  const path = findArtifact(document, source, project);
  const loops = document.steps.find(({ name }) => name === source.step)?.forEach !== undefined;
  return loops ? (await readdir(path)).sort().map((name) => join(path, name)) : [path];
}

/** What a step runs over: a list of one empty item, or one item per entry of the list that another step wrote. */
export async function loopItems(
  document: PipelineDocument,
  { name, forEach }: StepDocument,
  project: string,
): Promise<Readonly<Record<string, unknown>>[]> {
  if (forEach === undefined) return [{}];
  const { param, from } = forEach;
  const path = findArtifact(document, from, project);
  const list: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (Array.isArray(list)) return list.map((item) => ({ [param]: item as unknown }));
  throw new PlatformError(`step '${name}' loops over ${path}, which holds no JSON list`, {
    code: 'data',
    hint: `let '${from.step}' write a list, such as ["JFK", "LAX"]`,
  });
}

function findArtifact(document: PipelineDocument, source: OutputReference, project: string): string {
  const path = artifactPath(document, source, project);
  if (existsSync(path)) return path;
  throw new PlatformError(`input ${path} isn't there`, {
    code: 'notFound',
    hint: `run '${source.step}' first: npx nx run ${document.name}:${source.step}`,
  });
}
