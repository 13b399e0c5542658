import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { messageOf, PlatformError, suggest } from '@ml-platform/errors';
import { loadPipeline, projectRoot, toDocument, workspaceRoot } from '@ml-platform/pipeline';
import { FEATURES, type Feature } from '../features.ts';
import { TARGET_VARIABLE } from './target-variable.ts';
import type { Place } from './targets.ts';

/** What every command takes. */
export const COMMON_OPTIONS = {
  pipeline: { type: 'string' },
  target: { type: 'string' },
  json: { type: 'boolean' },
  debug: { type: 'boolean' },
  help: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig;

/** @throws PlatformError `usage` for a flag that the command doesn't have. */
export function readOptions<const Options extends ParseArgsOptionsConfig>(
  command: string,
  argv: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (thrown) {
    throw usage(command, messageOf(thrown));
  }
}

export function usage(command: string, message: string): PlatformError {
  return new PlatformError(message, { code: 'usage', hint: `npx nx run PIPELINE:${command} --help` });
}

interface Named {
  readonly pipeline?: string | undefined;
  readonly target?: string | undefined;
}

/**
 * The pipeline's file and the target's name, which Nx hands on in its own way.
 *
 * @throws PlatformError `usage` where one isn't given.
 */
export function needed(command: string, { pipeline, target }: Named): { pipeline: string; target: string } {
  const name = target ?? process.env[TARGET_VARIABLE] ?? '';
  if (pipeline === undefined || name === '') throw usage(command, '--target is needed');
  return { pipeline, target: name };
}

interface Elsewhere {
  readonly at?: string | undefined;
  readonly env?: string | undefined;
}

/** Loads a pipeline and finds where it lies. */
export async function placeOf(file: string, { at, env }: Elsewhere): Promise<Place> {
  const pipeline = await loadPipeline(file);
  const project = projectRoot(pipeline);
  return {
    document: toDocument(pipeline),
    project,
    workspace: workspaceRoot(project),
    ...(at !== undefined && { at }),
    ...(env !== undefined && { environment: env }),
  };
}

/** @throws PlatformError `usage` for a name that isn't a feature's. */
export function readFeatures(text = ''): Feature[] {
  const names = text.split(',').filter((name) => name !== '');
  return names.map((name) => {
    const feature = FEATURES.find((known) => known === name);
    if (feature !== undefined) return feature;
    throw new PlatformError(`there is no feature '${name}'`, {
      code: 'usage',
      hint: suggest(name, FEATURES, 'features'),
    });
  });
}
