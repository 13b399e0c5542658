import { usage } from './options.ts';

/** A version as a command line names it. */
export interface ModelReference {
  readonly name: string;
  readonly versionOrAlias: string;
}

/**
 * Reads `NAME`, which means its champion, `NAME@ALIAS` or `NAME:VERSION`.
 *
 * @throws PlatformError `usage` for anything else.
 */
export function parseModelReference(text: string): ModelReference {
  const [, name, versionOrAlias = 'champion'] = /^([^@:]+)(?:[@:]([^@:]+))?$/.exec(text) ?? [];
  if (name !== undefined) return { name, versionOrAlias };
  throw usage(`'${text}' names no version of a model, expected NAME, NAME@ALIAS or NAME:VERSION`);
}
