import type typescript from 'typescript';
import type { Migration } from './migration.ts';
import { type ModuleUses, usesOf } from './module-uses.ts';

export interface ExportRename {
  /** As a project imports it, behind its scope: `storage` of `@acme/storage`. */
  readonly library: string;
  readonly from: string;
  readonly to: string;
}

/** A node's new text. */
type Edit = readonly [node: typescript.Node, text: string];

/**
 * Renames what a library exports in the files that use it: imports, re-exports, what is taken out of `import()`, and every
 * reference in their scope. What a file exports itself keeps its name. A mock of the library is left to the team.
 */
export function renameExport({ library, from, to }: ExportRename): Pick<Migration, 'concerns' | 'migrate'> {
  return {
    concerns: (path) => /\.[cm]?tsx?$/.test(path),
    migrate: (text, path, { scope, typescript }) => {
      const specifier = `${scope}/${library}`;
      if (!text.includes(specifier) || !text.includes(from)) return text;
      const source = usesOf(typescript(), path, text, specifier);
      return withEdits(text, [...namedEdits(source, from, to), ...memberEdits(source, from, to)]);
    },
  };
}

function namedEdits({ ts, names, references, file }: ModuleUses, from: string, to: string): Edit[] {
  const isTaken = new RegExp(`(?<![\\w$])${to}(?![\\w$])`).test(file.text);
  return names.flatMap((name): Edit[] => {
    if (name.propertyName) return textOf(name.propertyName) === from ? [[name.propertyName, to]] : [];
    if (textOf(name.name) !== from) return [];
    if (ts.isBindingElement(name)) return [[name.name, `${to}: ${from}`]];
    if (ts.isExportSpecifier(name) || isTaken) return [[name.name, `${to} as ${from}`]];
    return references(name.name).map((node): Edit => [node, referenceText(ts, node, from, to)]);
  });
}

/** `storage.read` and the like. */
function memberEdits({ members }: ModuleUses, from: string, to: string): Edit[] {
  return members.filter((name) => textOf(name) === from).map((name): Edit => [name, to]);
}

/** Where the name is also a property's or an export's, that one stays. */
function referenceText(ts: typeof typescript, node: typescript.Node, from: string, to: string): string {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return `${from}: ${to}`;
  if (ts.isExportSpecifier(parent) && !parent.propertyName) return `${to} as ${from}`;
  return to;
}

function textOf(node: typescript.Node): string {
  return node.getText();
}

function withEdits(text: string, edits: readonly Edit[]): string {
  let edited = text;
  for (const [node, replacement] of edits.toSorted(([a], [b]) => b.getStart() - a.getStart())) {
    edited = `${edited.slice(0, node.getStart())}${replacement}${edited.slice(node.end)}`;
  }
  return edited;
}
