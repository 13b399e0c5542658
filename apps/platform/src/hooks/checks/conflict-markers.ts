const MARKERS = /^<{7} .*$[\s\S]*?^={7}\r?$[\s\S]*?^>{7} .*$/m;

/** The line of the first conflict that nobody resolved, counted from 1; a lone row of `=` is a heading in Markdown. */
export function conflictLine(text: string): number | undefined {
  const at = MARKERS.exec(text)?.index;
  return at === undefined ? undefined : text.slice(0, at).split('\n').length;
}
