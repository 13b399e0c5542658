import { PlatformError } from '@ml-platform/errors';
import type typescript from 'typescript';
import { ts } from './typescript.ts';

/** A call of `add` in a pipeline's file, as written. */
export interface Addition {
  readonly call: typescript.CallExpression;
  /** The statement that it is part of. */
  readonly statement: typescript.Statement;
  /** The first argument: which step. */
  readonly step: string;
  /** The name given in its options, where it is a literal. */
  readonly name?: string;
}

/** A file that defines a pipeline, as a syntax tree. */
export interface PipelineSource {
  readonly text: string;
  readonly file: typescript.SourceFile;
  /** What `definePipeline` is given to add steps with. */
  readonly builder: typescript.ArrowFunction | typescript.FunctionExpression;
  /** In the order of the text. */
  readonly additions: readonly Addition[];
  /** Specifier by imported name. */
  readonly imports: ReadonlyMap<string, string>;
}

/**
 * Reads a pipeline's file.
 *
 * @throws PlatformError `config` where it has no `definePipeline(name, function)`, or doesn't parse.
 */
export function readPipelineSource(text: string, path: string): PipelineSource {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const problem = (file as unknown as { parseDiagnostics: typescript.DiagnosticWithLocation[] }).parseDiagnostics[0];
  if (problem) throw new PlatformError(describe(problem, file, path), { code: 'config', hint: 'mend it first' });
  const builder = findBuilder(file);
  if (builder === undefined) {
    throw new PlatformError(`${path} has no definePipeline('name', ({ add }) => …)`, {
      code: 'config',
      hint: 'steps are added where a pipeline is defined: name another pipeline, or add the step by hand',
    });
  }
  return { text, file, builder, additions: findAdditions(builder), imports: findImports(file) };
}

function describe(
  { messageText, start }: typescript.DiagnosticWithLocation,
  file: typescript.SourceFile,
  path: string,
): string {
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return `${path}:${line + 1}:${character + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}

function findBuilder(file: typescript.SourceFile): PipelineSource['builder'] | undefined {
  const calls = descendants(file).filter(ts.isCallExpression);
  const definition = calls.find(({ expression }) => nameOf(expression) === 'definePipeline');
  return definition?.arguments.find((one) => ts.isArrowFunction(one) || ts.isFunctionExpression(one));
}

function findAdditions(builder: PipelineSource['builder']): Addition[] {
  return descendants(builder.body)
    .filter(ts.isCallExpression)
    .flatMap((call) => {
      const [step, , options] = call.arguments;
      if (nameOf(call.expression) !== addName(builder) || !step || !ts.isIdentifier(step)) return [];
      const name = options && literalName(options);
      return [{ call, statement: statementOf(call), step: step.text, ...(name !== undefined && { name }) }];
    });
}

/** What `add` is called in the builder: `add`, or another name that it was taken apart into. */
export function addName({ parameters: [parameter] }: PipelineSource['builder']): string {
  if (parameter === undefined || !ts.isObjectBindingPattern(parameter.name)) return 'add';
  const element = parameter.name.elements.find((one) => nameOf(one.propertyName ?? one.name) === 'add');
  return element && ts.isIdentifier(element.name) ? element.name.text : 'add';
}

function literalName(options: typescript.Expression): string | undefined {
  if (!ts.isObjectLiteralExpression(options)) return undefined;
  const property = options.properties.filter(ts.isPropertyAssignment).find((one) => nameOf(one.name) === 'name');
  return property && ts.isStringLiteralLike(property.initializer) ? property.initializer.text : undefined;
}

/** The nearest one; of an arrow function without braces, the whole of what it stands in. */
function statementOf(node: typescript.Node): typescript.Statement {
  for (let one = node; ; one = one.parent) {
    if (ts.isStatement(one) && !ts.isBlock(one)) return one;
  }
}

function findImports(file: typescript.SourceFile): Map<string, string> {
  const imports = new Map<string, string>();
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const named = statement.importClause?.namedBindings;
    if (!named || !ts.isNamedImports(named)) continue;
    for (const { name } of named.elements) imports.set(name.text, statement.moduleSpecifier.text);
  }
  return imports;
}

/** `x` of `x` and of `y.x`. */
export function nameOf(node: typescript.Node): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isPropertyAccessExpression(node) ? node.name.text : undefined;
}

/** All nodes below, in the order of the text. */
export function descendants(node: typescript.Node): typescript.Node[] {
  const found: typescript.Node[] = [];
  const visit = (one: typescript.Node): void => {
    found.push(one);
    ts.forEachChild(one, visit);
  };
  ts.forEachChild(node, visit);
  return found;
}
