/** A link of a page, and the line that it stands in. */
export interface Link {
  readonly target: string;
  readonly line: number;
}

const FENCE = /^( *)(`{3,})([^\n`]*)\n(.*?)^\1\2 *$/gms;
const LINK = /!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const REFERENCE = /^ {0,3}\[[^\]]+\]:\s*(\S+)/gm;

/** What a page links to, its code left out. */
export function linksOf(text: string): Link[] {
  const prose = withoutCode(text);
  return [LINK, REFERENCE].flatMap((pattern) =>
    [...prose.matchAll(pattern)].map(({ 1: target = '', index }) => ({ target, line: lineAt(prose, index) })),
  );
}

/** What may stand behind `#`, as GitHub makes it of headings; a heading that is there twice gets a number. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of text.replaceAll(FENCE, '').matchAll(/^#{1,6} +(.*?) *#*$/gm)) {
    const slug = slugOf(heading);
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

function slugOf(heading: string): string {
  const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return plain
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

/** A block of code in one of the languages. */
export interface Block {
  readonly text: string;
  /** The line of its first line. */
  readonly line: number;
}

export function blocksOf(text: string, ...languages: readonly string[]): Block[] {
  return [...text.matchAll(FENCE)]
    .filter(([, , , language = '']) => languages.includes(language.trim()))
    .map(({ 4: block = '', index }) => ({ text: block, line: lineAt(text, index) + 1 }));
}

/** Code between backticks in a line of prose. */
export function inlineCode(text: string): Block[] {
  const prose = text.replaceAll(FENCE, blank);
  return [...prose.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(({ 1: code = '', index }) => {
    return { text: code, line: lineAt(prose, index) };
  });
}

function withoutCode(text: string): string {
  return text.replaceAll(FENCE, blank).replaceAll(/(?<!`)`[^`\n]+`(?!`)/g, blank);
}

/** Keeps lines and places. */
function blank(code: string): string {
  return code.replaceAll(/[^\n]/g, ' ');
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
