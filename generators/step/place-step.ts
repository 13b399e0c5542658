import { PlatformError } from '@ml-platform/errors';
import MagicString from 'magic-string';
import type typescript from 'typescript';
import {
  type Addition,
  addName,
  descendants,
  nameOf,
  type PipelineSource,
  readPipelineSource,
} from './pipeline-source.ts';
import { ts } from './typescript.ts';

/** Where a new step goes. */
export interface Placement {
  /** As in `apps/sales/src/pipeline.ts`, for errors. */
  readonly path: string;
  /** The name that the step's module exports it by. */
  readonly exported: string;
  /** As in an import: `./steps/clean.ts`. */
  readonly module: string;
  /** By input, what it reads. */
  readonly inputs: Readonly<Record<string, Source>>;
  /** A metric that has to be above zero, else the step is skipped. */
  readonly gate?: { readonly metrics: Source; readonly metric: string };
}

/** An output of a step that is there. */
export interface Source {
  /** The step's name, for errors. */
  readonly step: string;
  /** Tells the call that adds it. */
  readonly isIt: (addition: Addition, imports: PipelineSource['imports']) => boolean;
  readonly output: string;
}

interface Edit {
  readonly source: PipelineSource;
  readonly text: MagicString;
  /** Every identifier of the file, and those that were given out. */
  readonly taken: Set<string>;
  /** The name of what a call gives, where one was made up for it. */
  readonly bound: Map<Addition, string>;
}

/** As the formatter has it. */
const WIDTH = 120;

/**
 * The text of a pipeline's file with one more step in it, and all else as it was. A step that is in it already leaves the
 * text as it is.
 *
 * @throws PlatformError `config` where a step that it reads from isn't added by a call of its own.
 */
export function placeStep(text: string, placement: Placement): string {
  const source = readPipelineSource(text, placement.path);
  const known = [...source.imports].find(([, specifier]) => specifier === placement.module)?.[0];
  if (known !== undefined && source.additions.some(({ step }) => step === known)) return text;
  if (!ts.isBlock(source.builder.body)) return placeStep(withBlock(source), placement);
  const edit: Edit = {
    source,
    text: new MagicString(text),
    taken: new Set(
      descendants(source.file)
        .filter(ts.isIdentifier)
        .map((one) => one.text),
    ),
    bound: new Map(),
  };
  const step = known ?? importStep(edit, placement);
  const { inputs, gate } = placement;
  const reads = Object.entries(inputs).map(([input, from]) => ({ input, from, ...read(edit, placement, from) }));
  const same = reads.find(({ from }) => from.step === gate?.metrics.step && from.output === gate.metrics.output);
  const gated = gate && { ...(same ?? read(edit, placement, gate.metrics)), metric: gate.metric };
  const statements = [...reads, ...(gated ? [gated] : [])].map(({ statement }) => statement);
  insertCall(edit, source.builder.body, {
    step,
    wirings: reads.map(({ input, reference }) => (reference === input ? input : `${input}: ${reference}`)),
    condition: gated && `${gated.reference}.get('${gated.metric}').above(0)`,
    after: statements.sort((a, b) => a.end - b.end).at(-1),
  });
  return edit.text.toString();
}

/** How the file names an output, and the statement that it comes from. */
function read(edit: Edit, placement: Placement, from: Source): { reference: string; statement: typescript.Statement } {
  const addition = edit.source.additions.find((one) => from.isIt(one, edit.source.imports));
  if (addition === undefined) throw notFound(placement, from.step);
  const reference = referenceTo(edit, addition, from.output);
  if (reference === undefined) throw notFound(placement, from.step);
  return { reference, statement: addition.statement };
}

function notFound({ path, exported }: Placement, step: string): PlatformError {
  return new PlatformError(`${path} has no call of its own that adds step '${step}'`, {
    code: 'config',
    hint: `add the step by hand: add(${exported}, { … }); or let it follow another one`,
  });
}

/** `({ add }) => void add(ingest)` with braces, in which there is room for more. */
function withBlock({ text, builder }: PipelineSource): string {
  const { body } = builder;
  const call = ts.isVoidExpression(body) ? body.expression : body;
  const indent = indentAt(text, builder.getStart());
  const block = `{\n${indent}  ${call.getText()};\n${indent}}`;
  return `${text.slice(0, body.getStart())}${block}${text.slice(body.end)}`;
}

/** Imports the step in the order of the specifiers, under a name that is free. */
function importStep({ source: { text, file }, text: edited, taken }: Edit, { exported, module }: Placement): string {
  const name = freeName(exported, taken, `${exported}Step`);
  const line = `import { ${name === exported ? name : `${exported} as ${name}`} } from '${module}';\n`;
  const declarations = file.statements.filter(ts.isImportDeclaration);
  const later = declarations.find(({ moduleSpecifier }) => {
    const specifier = moduleSpecifier.getText().slice(1, -1);
    return specifier.startsWith('.') && specifier > module;
  });
  const last = declarations.at(-1);
  if (later) edited.appendLeft(later.getStart(), line);
  else edited.appendLeft(last ? lineEnd(text, last.end) : 0, line);
  return name;
}

/** An expression for the output of a step that the file adds; `undefined` where what the call gives can't be named. */
function referenceTo(edit: Edit, addition: Addition, output: string): string | undefined {
  const { parent } = addition.call;
  if (ts.isExpressionStatement(parent)) return `${bind(edit, addition, parent)}.${output}`;
  if (!ts.isVariableDeclaration(parent)) return undefined;
  if (ts.isIdentifier(parent.name)) return `${parent.name.text}.${output}`;
  if (!ts.isObjectBindingPattern(parent.name)) return undefined;
  const { elements } = parent.name;
  const element = elements.find((one) => nameOf(one.propertyName ?? one.name) === output);
  if (element) return nameOf(element.name);
  const local = freeName(output, edit.taken, `${addition.step}${capitalized(output)}`);
  const added = local === output ? local : `${output}: ${local}`;
  const last = elements.at(-1);
  if (last) edit.text.appendLeft(last.end, `, ${added}`);
  else edit.text.overwrite(parent.name.getStart(), parent.name.end, `{ ${added} }`);
  return local;
}

function bind({ text, taken, bound }: Edit, addition: Addition, statement: typescript.ExpressionStatement): string {
  const known = bound.get(addition);
  if (known !== undefined) return known;
  const name = freeName(`${addition.step}Outputs`, taken);
  text.appendLeft(statement.getStart(), `const ${name} = `);
  bound.set(addition, name);
  return name;
}

function freeName(wanted: string, taken: Set<string>, otherwise = wanted): string {
  let name = taken.has(wanted) ? otherwise : wanted;
  for (let count = 2; taken.has(name); count++) name = `${otherwise}${count}`;
  taken.add(name);
  return name;
}

interface Call {
  readonly step: string;
  readonly wirings: readonly string[];
  readonly condition: string | undefined;
  /** `undefined`: at the end. */
  readonly after: typescript.Statement | undefined;
}

function insertCall(edit: Edit, block: typescript.Block, { step, wirings, condition, after }: Call): void {
  const { source, text: edited } = edit;
  const { text } = source;
  const last = block.statements.at(-1);
  const behind = after ?? last;
  const outer = indentAt(text, source.builder.getStart());
  const indent = behind ? indentAt(text, behind.getStart()) : `${outer}  `;
  const call = layOut(`${accessAdd(edit)}(${step}`, wirings, condition && `{ when: ${condition} }`, indent);
  const brace = block.end - 1;
  const rest = text.slice(behind?.end ?? block.getStart(), brace);
  // Behind comments at the end, where nothing says which step it follows.
  const at = after ? lineEnd(text, after.end) : text.lastIndexOf('\n', brace) + 1;
  if (rest.includes('\n')) edited.appendLeft(at, `${call}\n`);
  // All on one line: it gets lines of its own.
  else edited.appendLeft(brace, `\n${call}\n${outer}`);
}

function layOut(start: string, wirings: readonly string[], options: string | undefined, indent: string): string {
  if (wirings.length === 0) return `${indent}${start});`;
  const end = options === undefined ? ');' : `, ${options});`;
  const line = `${indent}${start}, { ${wirings.join(', ')} }${end}`;
  if (line.length <= WIDTH) return line;
  if (options === undefined) return `${indent}${start}, ${expanded(wirings, indent)});`;
  const [head = '', step = ''] = /^(.*?\()(.*)$/s.exec(start)?.slice(1) ?? [];
  const inner = `${indent}  `;
  const inputs = `{ ${wirings.join(', ')} }`;
  const fits = inner.length + inputs.length < WIDTH;
  const lines = [step, fits ? inputs : expanded(wirings, inner), options].map((argument) => `${inner}${argument},\n`);
  return `${indent}${head}\n${lines.join('')}${indent});`;
}

function expanded(wirings: readonly string[], indent: string): string {
  return `{\n${wirings.map((wiring) => `${indent}  ${wiring},\n`).join('')}${indent}}`;
}

/** How the builder calls `add`, which it may not have asked for yet. */
function accessAdd({ source, text: edited }: Edit): string {
  const { builder } = source;
  const [parameter] = builder.parameters;
  if (parameter === undefined) {
    edited.appendLeft(builder.parameters.pos, '{ add }');
    return 'add';
  }
  if (ts.isIdentifier(parameter.name)) return `${parameter.name.text}.add`;
  const elements = ts.isObjectBindingPattern(parameter.name) ? parameter.name.elements : [];
  const isAsked = elements.some((one) => nameOf(one.propertyName ?? one.name) === 'add');
  const last = elements.at(-1);
  if (!isAsked && last) edited.appendLeft(last.end, ', add');
  if (!isAsked && !last) edited.overwrite(parameter.name.getStart(), parameter.name.end, '{ add }');
  return addName(builder);
}

/** Behind the end of the line, its comment and its line break. */
function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

function indentAt(text: string, position: number): string {
  const line = text.slice(text.lastIndexOf('\n', position - 1) + 1, position);
  return /^\s*/.exec(line)?.[0] ?? '';
}

function capitalized(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
