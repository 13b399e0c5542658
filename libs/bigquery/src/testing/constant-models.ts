/** A model as this server trains them: it says the mean of its label, whatever it is asked. */
export interface ConstantModel {
  readonly name: string;
  readonly label: string;
  readonly mean: number;
}

export interface CreateModel {
  readonly name: string;
  readonly label: string;
  /** What it is trained on. */
  readonly query: string;
}

/** What a `CREATE MODEL` asks for; nothing where a statement is another one. */
export function parseCreateModel(sql: string): CreateModel | undefined {
  const [, name, options, query] =
    /^CREATE\s+(?:OR\s+REPLACE\s+)?MODEL\s+`?(\w+)`?\s+OPTIONS\s*\(([^()]*)\)\s+AS\s+(.*)$/is.exec(sql) ?? [];
  if (name === undefined || query === undefined) return undefined;
  const label = /input_label_cols\s*=\s*\['(\w+)'\]/i.exec(options ?? '')?.[1] ?? 'label';
  return { name, label, query };
}

const CALL = /\bML\.PREDICT\s*\(\s*MODEL\s+`?(\w+)`?\s*,\s*\(/i;

/** Puts what a model says, as a query, in place of `ML.PREDICT`. */
export function expandModels(sql: string, model: (name: string) => ConstantModel): string {
  const call = CALL.exec(sql);
  if (!call) return sql;
  const [whole, name = ''] = call;
  const begin = call.index + whole.length;
  const end = closing(sql, begin);
  const { label, mean } = model(name);
  const said = `(SELECT ${mean} AS predicted_${label}, * FROM (${sql.slice(begin, end)}))`;
  return expandModels(`${sql.slice(0, call.index)}${said}${sql.slice(closing(sql, end + 1) + 1)}`, model);
}

/** Where the parenthesis is closed in which a text stands at `from`. */
function closing(sql: string, from: number): number {
  for (let depth = 1, at = from; at < sql.length; at += 1) {
    if (sql[at] === '(') depth += 1;
    if (sql[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error('Syntax error: Expected ")" but got end of script');
}
