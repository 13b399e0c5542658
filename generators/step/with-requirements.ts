/** A requirements.in with these packages among its lines; lines that are there stay. */
export function withRequirements(text: string, packages: readonly string[]): string {
  const known = new Set(text.split('\n').flatMap((line) => nameOf(line) ?? []));
  const missing = packages.filter((name) => !known.has(name));
  if (missing.length === 0) return text;
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${start}${missing.map((name) => `${name}\n`).join('')}`;
}

/** The package of a line, as PyPI compares names (packaging.python.org, name normalization). */
function nameOf(line: string): string | undefined {
  const [, name] = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/.exec(line) ?? [];
  return name?.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
