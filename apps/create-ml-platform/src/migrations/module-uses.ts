import type typescript from 'typescript';

type Ts = typeof typescript;

/** What takes a name out of a module: `import { x }`, `export { x } from`, `const { x } = await import()`. */
export type NamedUse = typescript.ImportSpecifier | typescript.ExportSpecifier | typescript.BindingElement;

/** How a file uses a module. */
export interface ModuleUses {
  readonly ts: Ts;
  readonly file: typescript.SourceFile;
  readonly names: readonly NamedUse[];
  /** The member's name in `storage.read`, `(await import()).read` and `typeof import().read`. */
  readonly members: readonly typescript.Node[];
  /** Every place in the file that refers to what is declared here, the declaration as well. */
  readonly references: (declaration: typescript.Node) => typescript.Node[];
}

/** Finds the uses of a module in a file that is looked at by itself: nothing else is read. */
export function usesOf(ts: Ts, path: string, text: string, specifier: string): ModuleUses {
  const service = serviceOf(ts, path, text);
  const file = service.getProgram()?.getSourceFile(path);
  if (!file) throw new Error(`TypeScript can't read ${path}`);
  const nodes = descendants(file);
  const isModule = (node: typescript.Node | undefined): boolean =>
    node !== undefined && ts.isStringLiteralLike(node) && node.text === specifier;
  const references: ModuleUses['references'] = (declaration) =>
    (service.getReferencesAtPosition(path, declaration.getStart()) ?? []).flatMap(({ textSpan }) =>
      nodes.filter((node) => ts.isIdentifier(node) && node.getStart() === textSpan.start),
    );
  const imports = nodes.filter(ts.isImportDeclaration).filter(({ moduleSpecifier }) => isModule(moduleSpecifier));
  const exports = nodes.filter(ts.isExportDeclaration).filter(({ moduleSpecifier }) => isModule(moduleSpecifier));
  const loads = nodes
    .filter(ts.isCallExpression)
    .filter(
      ({ expression, arguments: [module] }) => expression.kind === ts.SyntaxKind.ImportKeyword && isModule(module),
    );
  const spaces = imports.flatMap(({ importClause }) =>
    importClause?.namedBindings && ts.isNamespaceImport(importClause.namedBindings)
      ? references(importClause.namedBindings.name)
      : [],
  );
  const loaded = loads.map((load) => outermost(ts, load));
  const types = nodes
    .filter(ts.isImportTypeNode)
    .filter(({ argument }) => ts.isLiteralTypeNode(argument) && isModule(argument.literal));
  return {
    ts,
    file,
    names: [
      ...imports.flatMap(({ importClause }) => elementsOf(ts, importClause?.namedBindings)),
      ...exports.flatMap(({ exportClause }) => elementsOf(ts, exportClause)),
      ...loaded.flatMap((load) => bindingsOf(ts, load)),
    ],
    members: [
      ...[...spaces, ...loaded].flatMap((space) => memberOf(ts, space)),
      ...types.flatMap(({ qualifier }) => (qualifier ? [leftmost(ts, qualifier)] : [])),
    ],
    references,
  };
}

function elementsOf(
  ts: Ts,
  bindings: typescript.NamedImportBindings | typescript.NamedExportBindings | undefined,
): NamedUse[] {
  if (!bindings || !(ts.isNamedImports(bindings) || ts.isNamedExports(bindings))) return [];
  return [...bindings.elements];
}

/** The expression that a module is: with its `await` and parentheses. */
function outermost(ts: Ts, load: typescript.Node): typescript.Node {
  const { parent } = load;
  return ts.isAwaitExpression(parent) || ts.isParenthesizedExpression(parent) ? outermost(ts, parent) : load;
}

/** What a declaration, or the function given to `then`, takes out of a module. */
function bindingsOf(ts: Ts, load: typescript.Node): NamedUse[] {
  const { parent } = load;
  if (ts.isVariableDeclaration(parent)) return elementsOfPattern(ts, parent.name);
  const then = ts.isPropertyAccessExpression(parent) && parent.name.text === 'then' ? parent.parent : undefined;
  const handler = then && ts.isCallExpression(then) ? then.arguments[0] : undefined;
  const isFunction = handler && (ts.isArrowFunction(handler) || ts.isFunctionExpression(handler));
  return elementsOfPattern(ts, isFunction ? handler.parameters[0]?.name : undefined);
}

function elementsOfPattern(ts: Ts, pattern: typescript.Node | undefined): NamedUse[] {
  return pattern && ts.isObjectBindingPattern(pattern) ? [...pattern.elements] : [];
}

function memberOf(ts: Ts, space: typescript.Node): typescript.Node[] {
  const { parent } = space;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === space) return [parent.name];
  return ts.isQualifiedName(parent) && parent.left === space ? [parent.right] : [];
}

function leftmost(ts: Ts, name: typescript.EntityName): typescript.Node {
  return ts.isQualifiedName(name) ? leftmost(ts, name.left) : name;
}

function descendants(node: typescript.Node): typescript.Node[] {
  const found: typescript.Node[] = [];
  const visit = (child: typescript.Node): void => {
    found.push(child);
    child.forEachChild(visit);
  };
  node.forEachChild(visit);
  return found;
}

function serviceOf(ts: Ts, path: string, text: string): typescript.LanguageService {
  return ts.createLanguageService({
    getCompilationSettings: () => ({ noLib: true, noResolve: true, allowJs: true, target: ts.ScriptTarget.Latest }),
    getScriptFileNames: () => [path],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => (name === path ? ts.ScriptSnapshot.fromString(text) : undefined),
    getCurrentDirectory: () => '/',
    getDefaultLibFileName: () => '',
    fileExists: (name) => name === path,
    readFile: (name) => (name === path ? text : undefined),
  });
}
