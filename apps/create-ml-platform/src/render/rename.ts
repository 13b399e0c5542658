/** This repository's scope is `@` + its name; a project's is the same with its own. */
export const OWN_NAME = 'ml-platform';

const SCOPE = new RegExp(`(?<![\\w.@-])@${OWN_NAME}(?![\\w-])`, 'g');
// Part of a path, a longer word or a host name is not the repository's name.
const NAME = new RegExp(`(?<![\\w@/.-])${OWN_NAME}(?![\\w-]|\\.\\w)`, 'g');

/** Puts `name` for this repository's own name, as a scope and as a word of its own; never inside another word. */
export function renameText(text: string, name: string): string {
  return text.replaceAll(SCOPE, `@${name}`).replaceAll(NAME, name);
}

/** The bytes of a text at which our own name stands where `renameText` would change it. */
export function nameOffsets(text: string): number[] {
  const offsets = [SCOPE, NAME].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ index, 0: found }) => index + found.length - OWN_NAME.length),
  );
  return offsets.sort((a, b) => a - b).map((offset) => Buffer.byteLength(text.slice(0, offset)));
}

/** `renameText` on the bytes of a text whose offsets are known: nothing is decoded or searched. */
export function renameBytes(content: Uint8Array, offsets: readonly number[], name: string): Uint8Array {
  const renamed = Buffer.allocUnsafe(content.byteLength + offsets.length * (name.length - OWN_NAME.length));
  let from = 0;
  let to = 0;
  for (const offset of [...offsets, content.byteLength]) {
    renamed.set(content.subarray(from, offset), to);
    to += offset - from;
    if (offset < content.byteLength) to += renamed.write(name, to, 'latin1');
    from = offset + OWN_NAME.length;
  }
  return renamed;
}
