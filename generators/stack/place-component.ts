import { PlatformError } from '@ml-platform/errors';
import { camelCase, pascalCase } from 'change-case';
import MagicString from 'magic-string';
import type typescript from 'typescript';
import { descendants } from '../step/pipeline-source.ts';
import { ts } from '../step/typescript.ts';

/**
 * The text of the file that lists all sections of a stack's config, with one more; the same text where it has it.
 *
 * @throws PlatformError `config` where there is no such list.
 */
export function declareSection(text: string, path: string, name: string): string {
  const file = parse(text, path);
  const sections = descendants(file)
    .filter(ts.isPropertyAssignment)
    .find((one) => one.name.getText() === 'sections')?.initializer;
  if (!sections || !ts.isObjectLiteralExpression(sections)) {
    throw misplaced(path, 'a list of sections', `add ${camelCase(name)}: ${camelCase(name)}Config by hand`);
  }
  const key = camelCase(name);
  if (sections.properties.some((one) => one.name?.getText() === key)) return text;
  const edited = new MagicString(text);
  importInto(edited, file, `${key}Config`, `../components/${name}/config.ts`);
  const last = sections.properties.at(-1);
  const isOnOneLine = !sections.getText().includes('\n');
  if (last && isOnOneLine) edited.appendLeft(last.end, `, ${key}: ${key}Config`);
  else if (last) edited.appendLeft(last.end, `,\n${indentOf(text, last.getStart())}${key}: ${key}Config`);
  else edited.overwrite(sections.getStart(), sections.end, `{ ${key}: ${key}Config }`);
  return edited.toString();
}

/**
 * The text of a stack's program with one more component before what it returns; the same text where it has it.
 *
 * @throws PlatformError `config` where the program isn't a function that returns the stack's outputs.
 */
export function placeComponent(text: string, path: string, name: string): string {
  const file = parse(text, path);
  const program = file.statements.find(
    (one): one is typescript.FunctionDeclaration =>
      ts.isFunctionDeclaration(one) && (one.modifiers ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword),
  );
  const returned = program?.body?.statements.findLast(ts.isReturnStatement);
  const made = pascalCase(name);
  const key = camelCase(name);
  const call = `new ${made}(named('${name}'), { ...settings.${key}, ...base }, options)`;
  if (!returned) throw misplaced(path, 'a default function that returns outputs', `add by hand: ${call}`);
  const isThere = descendants(file).some((one) => ts.isNewExpression(one) && one.expression.getText() === made);
  if (isThere) return text;
  const edited = new MagicString(text);
  importInto(edited, file, made, `./components/${name}/${name}.ts`);
  const statement = `if (settings.${key}.enabled) {\n    ${call};\n  }`;
  edited.appendLeft(returned.getStart(), `${statement}\n\n  `);
  return edited.toString();
}

function parse(text: string, path: string): typescript.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** In the order of the specifiers, among those that are relative. */
function importInto(edited: MagicString, file: typescript.SourceFile, name: string, module: string): void {
  const line = `import { ${name} } from '${module}';\n`;
  const imports = file.statements.filter(ts.isImportDeclaration);
  const later = imports.find(({ moduleSpecifier }) => {
    const specifier = moduleSpecifier.getText().slice(1, -1);
    return specifier.startsWith('.') && specifier > module;
  });
  const last = imports.at(-1);
  if (later) edited.appendLeft(later.getStart(), line);
  else if (last) edited.appendLeft(last.end, `\n${line.trimEnd()}`);
  else edited.prepend(line);
}

function indentOf(text: string, position: number): string {
  return /^\s*/.exec(text.slice(text.lastIndexOf('\n', position - 1) + 1, position))?.[0] ?? '';
}

function misplaced(path: string, lacking: string, hint: string): PlatformError {
  return new PlatformError(`${path} has no place for a component: ${lacking} is missing`, { code: 'config', hint });
}
