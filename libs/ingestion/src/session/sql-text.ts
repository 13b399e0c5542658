/** A SQL string literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A SQL identifier. */
export function named(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
