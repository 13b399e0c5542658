import { PlatformError } from '@ml-platform/errors';
import { camelCase } from 'change-case';
import type typescript from 'typescript';
import { ts } from './typescript.ts';

/**
 * Refuses a name that the step's code can't have for its definition.
 *
 * @param files The step's files, by their names.
 * @throws PlatformError `usage` for a word of TypeScript, and for what a file defines or imports besides.
 */
export function refuseClash(name: string, files: ReadonlyMap<string, string>): void {
  const identifier = camelCase(name);
  if (isReserved(identifier)) throw refused(name, `'${identifier}' is a word of TypeScript`);
  for (const [path, text] of files) {
    if (!path.endsWith('.ts')) continue;
    const names = topLevelNames(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
    if (names.filter((one) => one === identifier).length > 1)
      throw refused(name, `${path} has another '${identifier}'`);
  }
}

/** In a module, where all code is strict. */
function isReserved(identifier: string): boolean {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, identifier);
  const token = scanner.scan();
  const isWord = token >= ts.SyntaxKind.FirstReservedWord && token <= ts.SyntaxKind.LastFutureReservedWord;
  return isWord || token === ts.SyntaxKind.AwaitKeyword;
}

/** Of imports and definitions, one each. */
function topLevelNames({ statements }: typescript.SourceFile): string[] {
  return statements.flatMap((statement) => {
    if (ts.isImportDeclaration(statement)) {
      const named = statement.importClause?.namedBindings;
      return named && ts.isNamedImports(named) ? named.elements.map((element) => element.name.text) : [];
    }
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map((declaration) => declaration.name.getText());
    }
    return ts.isFunctionDeclaration(statement) && statement.name ? [statement.name.text] : [];
  });
}

function refused(name: string, why: string): PlatformError {
  return new PlatformError(`a step can't be called '${name}': ${why}`, {
    code: 'usage',
    hint: `name it after what it does, such as '${name}-rows'`,
  });
}
