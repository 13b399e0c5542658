/** As in biome.json. */
const LINE_WIDTH = 120;

// What may stand at the top of a module up to its first other statement: comments, imports, re-exports.
const COMMENT = String.raw`#!.*|\/\/.*|\/\*[\s\S]*?\*\/`;
const FROM = String.raw`(?:import|export)(?: type)? (?:[\w$]+(?:, )?)?(?:\{[^{}]*\}|\* as [\w$]+|\*)?(?: from )?'[^'\n]+'(?: with \{[^{}]*\})?;`;
const HEADER = new RegExp(String.raw`^(?:\s*(?:${COMMENT}|${FROM}))*`);
const NAMED = /^(import|export)( type)? (?:([\w$]+), )?\{([^{}]*)\} from '([^']+)';$/gm;

/**
 * Breaks and joins the imports and re-exports at the top of a module as the formatter would, since their width
 * changes with the scope. Whatever follows the first other statement is left alone: a string there may hold imports.
 */
export function layOutImports(source: string, scope: string): string {
  const header = HEADER.exec(source)?.[0] ?? '';
  const laidOut = header.replaceAll(NAMED, (statement, keyword, type = '', first, names, from) => {
    if (!from.startsWith(`${scope}/`) || names.includes('/')) return statement;
    return layOut({ statement, keyword, start: `${keyword}${type} ${first ? `${first}, ` : ''}`, first, names, from });
  });
  return laidOut + source.slice(header.length);
}

interface NamedStatement {
  readonly statement: string;
  readonly keyword: string;
  readonly start: string;
  readonly first: string | undefined;
  readonly names: string;
  readonly from: string;
}

function layOut({ statement, keyword, start, first, names, from }: NamedStatement): string {
  const list = names.split(',').map((name) => name.trim());
  const specifiers = list.filter((name) => name !== '');
  const line = `${start}{ ${specifiers.join(', ')} } from '${from}';`;
  const alone = specifiers.length === 1 && first === undefined;
  // The formatter keeps the break after `export {` as it keeps an object's.
  const keptOpen = keyword === 'export' && statement.includes('{\n');
  if (!keptOpen && (alone || line.length <= LINE_WIDTH)) return line;
  return `${start}{\n${specifiers.map((name) => `  ${name},\n`).join('')}} from '${from}';`;
}
