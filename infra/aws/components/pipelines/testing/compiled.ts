import { compile, sageMaker, stepFunctions } from '@ml-platform/orchestrators';
import { stressDocument } from '@ml-platform/orchestrators/testing/compile-all';
import { loadPipeline, type PipelineDocument, toDocument } from '@ml-platform/pipeline';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';

const EXAMPLE = path.resolve(import.meta.dirname, '../targets.example.yaml');
const FLIGHTS = path.resolve(import.meta.dirname, '../../../../../apps/flight-delays/src/pipeline.ts');

/** Whether the workspace has the example. */
export const HAS_FLIGHTS = existsSync(FLIGHTS);

export type Engine = 'sagemaker' | 'step-functions';

/** Pipelines of this workspace, compiled with what `targets.example.yaml` has. */
export interface Compiled {
  readonly folder: string;
  /** Writes one, and returns the path of its document; `settings` are instead of the example's. */
  readonly write: (name: string, pipeline: PipelineDocument, engine: Engine, settings?: object) => Promise<string>;
  readonly remove: () => Promise<void>;
}

export async function flightDocument(): Promise<PipelineDocument> {
  return toDocument(await loadPipeline(FLIGHTS));
}

export { stressDocument };

export async function compiledPipelines(): Promise<Compiled> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pipelines-'));
  const targets = parse(await readFile(EXAMPLE, 'utf8')) as Record<Engine, object>;
  return {
    folder,
    write: async (name, pipeline, engine, settings = {}) => {
      const all = { fanOut: 'map', concurrency: 40, command: ['run-step'], ...targets[engine], ...settings };
      const given = { ...all, pipeline: 'src/pipeline.ts' };
      const files = engine === 'sagemaker' ? sageMakerFiles(pipeline, given) : stateMachineFiles(pipeline, given);
      await mkdir(path.join(folder, name), { recursive: true });
      for (const [file, text] of files) await writeFile(path.join(folder, name, file), text);
      return path.join(folder, name, [...files.keys()][0] ?? '');
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

function sageMakerFiles(pipeline: PipelineDocument, settings: object) {
  return compile(sageMaker, pipeline, settings as Parameters<typeof sageMaker.compile>[1]);
}

function stateMachineFiles(pipeline: PipelineDocument, settings: object) {
  return compile(stepFunctions, pipeline, settings as Parameters<typeof stepFunctions.compile>[1]);
}
