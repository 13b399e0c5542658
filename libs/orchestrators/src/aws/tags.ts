import type { PipelineDocument } from '@ml-platform/pipeline';
import { beyondLimit } from '../limits.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const MOST = { tags: 50, key: 128, value: 256 } as const;
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * A pipeline's labels as AWS tags, by key.
 *
 * @throws PlatformError `config` for labels that can't be tags.
 */
export function tagsOf({ name, labels = {} }: PipelineDocument): readonly Tag[] {
  const refuse = (field: string, value: string | number, limit: string) =>
    beyondLimit(name, { field, value, limit, source: 'AWS general reference, "Tag naming limits"' });
  const entries = Object.entries(labels);
  if (entries.length > MOST.tags) throw refuse('labels', entries.length, `AWS takes at most ${MOST.tags} tags`);
  for (const [key, value] of entries) {
    if (key === '' || key.length > MOST.key || !CHARACTERS.test(key) || key.toLowerCase().startsWith('aws:'))
      throw refuse(
        'labels',
        `'${key}'`,
        `a tag's key has 1 to ${MOST.key} letters, numbers, spaces or _ . : / = + - @`,
      );
    if (value.length > MOST.value || !CHARACTERS.test(value))
      throw refuse(
        `labels.${key}`,
        `'${value}'`,
        `a tag's value has at most ${MOST.value} letters, numbers, spaces or _ . : / = + - @`,
      );
  }
  return entries.map(([Key, Value]) => ({ Key, Value })).sort((a, b) => (a.Key < b.Key ? -1 : 1));
}
