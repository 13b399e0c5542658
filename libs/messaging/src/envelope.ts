import type { Outgoing } from './channel.ts';

/**
 * What a service has no field for travels in one attribute, as JSON, since SQS has room for ten: a reader in another
 * language finds it under this name.
 */
export const META = 'message-meta';

interface Meta {
  readonly key?: string;
  readonly dedupeId?: string;
  /** Of the body, where a service takes text alone and it is none. */
  readonly encoding?: 'base64';
}

/** Without the parts that aren't there. */
export function idsOf({
  key,
  dedupeId,
}: {
  readonly key?: string | undefined;
  readonly dedupeId?: string | undefined;
}) {
  return { ...(key !== undefined && { key }), ...(dedupeId !== undefined && { dedupeId }) };
}

/** The attributes as a service carries them. */
export function withMeta(attributes: Outgoing['attributes'], meta: Meta): Record<string, string> {
  return Object.keys(meta).length === 0 ? { ...attributes } : { ...attributes, [META]: JSON.stringify(meta) };
}

/** The opposite of {@link withMeta}; a foreign attribute of that name stays one. */
export function splitMeta(carried: Outgoing['attributes']): { attributes: Record<string, string>; meta: Meta } {
  const { [META]: text, ...attributes } = carried;
  const meta = metaOf(text);
  return meta === undefined ? { attributes: { ...carried }, meta: {} } : { attributes, meta };
}

function metaOf(text: string | undefined): Meta | undefined {
  if (text === undefined) return undefined;
  try {
    const { key, dedupeId, encoding } = JSON.parse(text) as Record<string, unknown>;
    const isText = (value: unknown): value is string | undefined => value === undefined || typeof value === 'string';
    if (!isText(key) || !isText(dedupeId)) return undefined;
    return { ...idsOf({ key, dedupeId }), ...(encoding === 'base64' && { encoding }) };
  } catch {
    return undefined;
  }
}
