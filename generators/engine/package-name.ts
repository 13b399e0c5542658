/** The Python package that a line of a requirements file names, as PyPI compares names (PEP 503). */
export function packageName(line: string): string | undefined {
  const [, name] = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/.exec(line) ?? [];
  return name?.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
