import { PlatformError } from '@ml-platform/errors';
import { checkDocument, type PipelineDocument } from '@ml-platform/pipeline';
import { FEATURES, type Feature, type Support, usedFeatures } from './features.ts';

/** Text by path; the first file is the one that the engine is given. */
export type CompiledFiles = ReadonlyMap<string, string>;

/** Who waits for whom, as an engine's own document says it. */
export interface Graph {
  readonly steps: readonly string[];
  /** `[before, after]`. */
  readonly edges: readonly (readonly [string, string])[];
  /** Steps that a gate stands before. */
  readonly gated: readonly string[];
}

/** An engine that a pipeline document can be compiled to. */
export interface Target<Settings> {
  /** As in `--target dvc`. */
  readonly name: string;
  /** As in a heading. */
  readonly title: string;
  readonly features: Readonly<Record<Feature, Support>>;
  /** Pure: the same document and settings give the same bytes. */
  readonly compile: (document: PipelineDocument, settings: Settings) => CompiledFiles;
  /** Reads the graph back from what `compile` wrote, from the engine's own words alone. */
  readonly readGraph: (files: CompiledFiles) => Graph;
}

/**
 * The text of a compiled file.
 *
 * @throws PlatformError `config` where it isn't there.
 */
export function fileOf(files: CompiledFiles, path: string): string {
  const text = files.get(path);
  if (text !== undefined) return text;
  throw new PlatformError(`there is no ${path}`, { code: 'config', hint: 'compile it first' });
}

export interface CompileOptions {
  /**
   * Features that the pipeline asks for and that may be left out, where the engine can't have them. A schedule is left out
   * anyway: who compiles for one run has no settings for it.
   */
  readonly without?: readonly Feature[];
}

/**
 * Compiles a pipeline document for an engine.
 *
 * @throws PlatformError `config` for a document that isn't valid, or that asks for what the engine can't do: it names
 * step and feature, and leaves nothing out unless told to.
 */
export function compile<Settings>(
  target: Target<Settings>,
  value: unknown,
  settings: Settings,
  { without = [] }: CompileOptions = {},
): CompiledFiles {
  const checked = checkDocument(value);
  const { schedule: _, ...once } = checked;
  const document = without.includes('schedule') ? once : checked;
  if (document.steps.length === 0) {
    throw new PlatformError(`pipeline '${document.name}' has no steps`, {
      code: 'config',
      hint: 'add one in src/pipeline.ts',
    });
  }
  const missing = usedFeatures(document).filter(({ feature }) => {
    return target.features[feature].by === 'nobody' && !without.includes(feature);
  });
  if (missing.length === 0) return target.compile(document, settings);
  const lines = missing.map(({ feature, step }) => {
    const where = step === undefined ? `pipeline '${document.name}'` : `step '${step}'`;
    return `${where} asks for ${feature}: ${target.features[feature].how}`;
  });
  const features = FEATURES.filter((feature) => missing.some((use) => use.feature === feature));
  throw new PlatformError(`${target.title} can't do all of '${document.name}':\n  ${lines.join('\n  ')}`, {
    code: 'config',
    hint: `leave it out, and say so: --without ${features.join(',')}`,
  });
}
