/** This repository's scope is `@` + its name; a project's is the same with its own. */
export const OWN_NAME = 'ml-platform';

const SCOPE = new RegExp(`(?<![\\w.@-])@${OWN_NAME}(?![\\w-])`, 'g');
// Part of a path, a longer word or a host name is not the repository's name.
const NAME = new RegExp(`(?<![\\w@/.-])${OWN_NAME}(?![\\w-]|\\.\\w)`, 'g');

/** Puts `name` for this repository's own name, as a scope and as a word of its own; never inside another word. */
export function renameText(text: string, name: string): string {
  return text.replaceAll(SCOPE, `@${name}`).replaceAll(NAME, name);
}

/** Whether `renameText` would change the text. */
export function mentionsOwnName(text: string): boolean {
  return text.search(SCOPE) >= 0 || text.search(NAME) >= 0;
}
