import type { SettingsOf } from '@ml-platform/conventions';
import { PlatformError } from '@ml-platform/errors';
import { FARGATE_CALLS, missingEndpoints, type NetworkSettings } from '../network/config.ts';
import { type CompiledDocument, namesPart, readCompiledDocument } from './compiled-document.ts';
import type { pipelinesConfig } from './config.ts';

export const LANGUAGES = ['typescript', 'python'] as const;

export type Language = (typeof LANGUAGES)[number];

type PipelinesSettings = SettingsOf<typeof pipelinesConfig>;

/** A pipeline that can be made. */
export interface Entry {
  readonly name: string;
  readonly settings: PipelinesSettings['entries'][string];
  readonly document: CompiledDocument;
}

export interface Entries {
  /** Those that can be made. */
  readonly made: readonly Entry[];
  /** Why an entry can't be made yet, by its name. */
  readonly notMade: Readonly<Record<string, string>>;
}

/**
 * Reads the documents of a config's pipelines: before there is any resource, for a wrong one ends the program. One whose images have no digest yet isn't read: there may be nothing compiled
 * either.
 *
 * @throws PlatformError `config` for a document that no stack can take, or whose jobs could not reach their images in this
 * network.
 */
export function readPipelines({ enabled, entries, images }: PipelinesSettings, network: NetworkSettings): Entries {
  const made: Entry[] = [];
  const notMade: Record<string, string> = {};
  for (const [name, settings] of enabled ? Object.entries(entries) : []) {
    const document = Object.keys(images).length > 0 ? readCompiledDocument(name, settings) : undefined;
    if (document) checkReach(name, document, network);
    const missing = document && missingImage(document, images);
    if (document && !missing) made.push({ name, settings, document });
    else
      notMade[name] = `its image isn't known yet: put the digest into pipelines.images${missing ? `.${missing}` : ''}`;
  }
  return { made, notMade };
}

/** Jobs of AWS Batch and tasks of ECS run in private subnets: without a way to their image they would wait for ever. */
function checkReach(name: string, document: CompiledDocument, network: NetworkSettings): void {
  if (!namesPart(document, 'batch') && !namesPart(document, 'ecs')) return;
  const [problem] = missingEndpoints(network, FARGATE_CALLS, `pipelines.entries.${name}`);
  if (problem === undefined) return;
  const { key, value, expected } = problem;
  throw new PlatformError(`${key}: got ${JSON.stringify(value)}, expected ${expected}`, {
    code: 'config',
    hint: 'add them, each bills by the hour; or compile for engine sagemaker, whose jobs need none',
  });
}

function missingImage({ placeholders }: CompiledDocument, images: PipelinesSettings['images']): Language | undefined {
  return LANGUAGES.find((language) => {
    return images[language] === undefined && [...placeholders].some((name) => name.endsWith(`.${language}`));
  });
}
