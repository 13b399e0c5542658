import type { SettingsOf } from '@ml-platform/conventions';
import { type CompiledDocument, readCompiledDocument } from './compiled-document.ts';
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
 * @throws PlatformError `config` for a document that no stack can take.
 */
export function readPipelines({ enabled, entries, images }: PipelinesSettings): Entries {
  const made: Entry[] = [];
  const notMade: Record<string, string> = {};
  for (const [name, settings] of enabled ? Object.entries(entries) : []) {
    const document = Object.keys(images).length > 0 ? readCompiledDocument(name, settings) : undefined;
    const missing = document && missingImage(document, images);
    if (document && !missing) made.push({ name, settings, document });
    else
      notMade[name] = `its image isn't known yet: put the digest into pipelines.images${missing ? `.${missing}` : ''}`;
  }
  return { made, notMade };
}

function missingImage({ placeholders }: CompiledDocument, images: PipelinesSettings['images']): Language | undefined {
  return LANGUAGES.find((language) => {
    return images[language] === undefined && [...placeholders].some((name) => name.endsWith(`.${language}`));
  });
}
