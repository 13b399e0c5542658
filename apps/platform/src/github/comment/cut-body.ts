/** https://docs.github.com/graphql/reference/objects#issuecomment has no limit; the API answers beyond this one. */
export const LONGEST = 65_536;

/** A text of at most `longest` characters, cut between lines, with a note in the place of what is left out. */
export function cutBody(text: string, note: string, longest: number = LONGEST): string {
  if (text.length <= longest) return text;
  const fence = '\n```';
  const kept = wholeLines(text, longest - note.length - fence.length - 2);
  const isOpen = (kept.match(/^ {0,3}```/gm) ?? []).length % 2 === 1;
  return `${kept}${isOpen ? fence : ''}\n\n${note}`;
}

/** As many lines as fit; of a first line that doesn't, its beginning, without half a letter at its end. */
function wholeLines(text: string, longest: number): string {
  const end = text.lastIndexOf('\n', longest);
  if (end > 0) return text.slice(0, end);
  return text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '');
}
