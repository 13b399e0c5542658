import type { PipelineDocument } from '@ml-platform/pipeline';
import { beyondLimit } from '../limits.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const MOST = { tags: 50, key: 128, value: 256 } as const;
/** Of a key and of a value; what begins with `aws:`, in whatever case, is AWS's own. */
const TEXT = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/iu;
const SOURCE = 'Tagging AWS Resources and Tag Editor user guide, "Tag naming limits and requirements"';

/**
 * A pipeline's labels as AWS tags, by key.
 *
 * @throws PlatformError `config` for labels that can't be tags.
 */
export function tagsOf({ name, labels = {} }: PipelineDocument): readonly Tag[] {
  const refuse = (field: string, value: string | number, limit: string) =>
    beyondLimit(name, { field, value, limit, source: SOURCE });
  const entries = Object.entries(labels);
  if (entries.length > MOST.tags) throw refuse('labels', entries.length, `AWS takes at most ${MOST.tags} tags`);
  for (const [key, value] of entries) {
    if (key === '' || key.length > MOST.key || !TEXT.test(key))
      throw refuse(
        'labels',
        `'${key}'`,
        `a tag's key has 1 to ${MOST.key} letters, numbers, spaces or _ . : / = + - @, not aws: first`,
      );
    if (value.length > MOST.value || !TEXT.test(value))
      throw refuse(
        `labels.${key}`,
        `'${value}'`,
        `a tag's value has at most ${MOST.value} letters, numbers, spaces or _ . : / = + - @, not aws: first`,
      );
  }
  return entries.map(([Key, Value]) => ({ Key, Value })).sort((a, b) => (a.Key < b.Key ? -1 : 1));
}
