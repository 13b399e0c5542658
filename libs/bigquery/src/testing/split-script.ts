/** A statement of a script, and where it begins. */
export interface Statement {
  readonly sql: string;
  /** From 1 on. */
  readonly line: number;
  readonly column: number;
}

/** Texts, names in backticks and comments, in which a semicolon is a letter like another. */
const PIECES = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|--.*|#.*|\/\*[\s\S]*?\*\/|;|[^'"`;#/-]+|[\s\S]/g;

/** Splits a script at its semicolons; comments before a statement aren't part of it. */
export function splitScript(script: string): Statement[] {
  const statements: Statement[] = [];
  let begin = 0;
  for (const { 0: piece, index } of script.matchAll(PIECES)) {
    if (piece !== ';') continue;
    statements.push(...statementIn(script, begin, index));
    begin = index + 1;
  }
  return [...statements, ...statementIn(script, begin, script.length)];
}

function statementIn(script: string, begin: number, end: number): Statement[] {
  const lead = /^(?:\s|--.*|#.*|\/\*[\s\S]*?\*\/)*/.exec(script.slice(begin, end))?.[0].length ?? 0;
  const sql = script.slice(begin + lead, end).trim();
  const before = script.slice(0, begin + lead).split('\n');
  return sql === '' ? [] : [{ sql, line: before.length, column: (before.at(-1) ?? '').length + 1 }];
}
