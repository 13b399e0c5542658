import { LONGEST_NAME } from '../answers/project-name.ts';
import { layOutImports } from '../render/import-layout.ts';
import { nameOffsets, renameText } from '../render/rename.ts';
import type { TemplateFile } from './template.ts';

const MODULE = /\.[cm]?[jt]sx?$/;

/** Where a file names this repository, and whether its layout depends on how long another name is there. */
export function readNames(path: string, content: Buffer): Pick<TemplateFile, 'names' | 'reflows'> {
  const names = content.includes(0) ? [] : nameOffsets(content.toString());
  return { names, reflows: names.length > 0 && MODULE.test(path) && reflows(content.toString()) };
}

/** A line's width grows with the name: what holds for the shortest and for the longest holds between. */
function reflows(source: string): boolean {
  return [1, LONGEST_NAME].some((length) => {
    const name = 'q'.repeat(length);
    const renamed = renameText(source, name);
    return layOutImports(renamed, `@${name}`) !== renamed;
  });
}
