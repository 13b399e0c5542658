import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree, TreeFile } from '../template/template.ts';

/** Where the project's README goes when the folder has one of its own that says something. */
export const SECOND_README = 'PLATFORM.md';

/**
 * Makes room for what a fresh clone holds, so that nothing of it is lost: lines of `.gitignore` and `.gitattributes`
 * are joined; a README of a title and a line stays as the head of ours; a longer one stays as it is, beside ours.
 */
export function reconcile(tree: Tree, folder: string, existing: readonly string[]): Tree {
  const files = new Map(tree);
  for (const path of ['.gitignore', '.gitattributes']) {
    const ours = files.get(path);
    if (ours && existing.includes(path)) files.set(path, text(joinLines(decode(ours), read(folder, path))));
  }
  // On Windows and macOS `readme.md` is the same file.
  const theirs = existing.find((entry) => entry.toLowerCase() === 'readme.md');
  const ours = files.get('README.md');
  if (theirs !== undefined && ours) {
    const content = read(folder, theirs);
    files.delete('README.md');
    if (isStub(content)) files.set(theirs, text(putHead(content, decode(ours))));
    else files.set(SECOND_README, ours);
  }
  return files;
}

/** Ours, then their lines that ours lacks: in both files the last match wins, so theirs does. */
export function joinLines(ours: string, theirs: string): string {
  const have = new Set(ours.split('\n'));
  const added = theirs.split(/\r?\n/).filter((line) => line.trim() !== '' && !have.has(line));
  return added.length === 0 ? ours : `${ours.trimEnd()}\n\n${added.join('\n')}\n`;
}

export function isStub(readme: string): boolean {
  const lines = readme.split('\n').filter((line) => line.trim() !== '');
  return lines.length <= 2 && lines.join('').length <= 400;
}

function putHead(head: string, readme: string): string {
  const body = readme.slice(readme.indexOf('\n') + 1).trimStart();
  return head.trim() === '' ? readme : `${head.replaceAll('\r', '').trim()}\n\n${body}`;
}

function read(folder: string, path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

function decode({ content }: TreeFile): string {
  return Buffer.from(content).toString();
}

function text(content: string): TreeFile {
  return { content: Buffer.from(content), executable: false };
}
