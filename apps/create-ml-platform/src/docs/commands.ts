import { blocksOf } from './markdown.ts';

/** A command of a page as it is typed, and where it stands. */
export interface DocCommand {
  readonly page: string;
  readonly line: number;
  readonly words: readonly string[];
}

/** Every command in the shell blocks of a page; `a && b` are two. */
export function commandsOf(page: string, text: string): DocCommand[] {
  return blocksOf(text, 'sh', 'bash', 'shell').flatMap(({ text: block, line }) =>
    logicalLines(block).flatMap(({ text: typed, offset }) =>
      partsOf(typed).map((words) => ({ page, line: line + offset, words })),
    ),
  );
}

/** Lines with what `\` continues. */
function logicalLines(block: string): { text: string; offset: number }[] {
  const lines: { text: string; offset: number }[] = [];
  for (const [offset, text] of block.split('\n').entries()) {
    const last = lines.at(-1);
    if (last?.text.endsWith('\\')) last.text = `${last.text.slice(0, -1)} ${text.trim()}`;
    else lines.push({ text, offset });
  }
  return lines;
}

/** The words of each command in a line, without variables before it, what it is redirected to, and the comment. */
function partsOf(line: string): string[][] {
  const tokens = [
    ...line.matchAll(/'[^']*'|"[^"]*"|#.*$|&&|\|\||[|;>]|[^\s'"|;>&]+(?:'[^']*'|"[^"]*"|[^\s'"|;>&])*/g),
  ].map(([token]) => token);
  const comment = tokens.findIndex((token) => token.startsWith('#'));
  const parts: string[][] = [[]];
  for (const token of comment < 0 ? tokens : tokens.slice(0, comment)) {
    if (/^(?:&&|\|\||[|;>])$/.test(token)) parts.push(token === '>' ? ['>'] : []);
    else parts.at(-1)?.push(token.replaceAll(/^['"]|['"]$/g, ''));
  }
  return parts.map(withoutVariables).filter((words) => words.length > 0 && words[0] !== '>');
}

function withoutVariables(words: readonly string[]): string[] {
  const start = words.findIndex((word) => !/^[A-Z][A-Z0-9_]*=/.test(word));
  return start < 0 ? [] : words.slice(start);
}
