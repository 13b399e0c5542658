/** What a command works on, so that none is taken for an option. */
export function operands(names: readonly (string | undefined)[]): string[] {
  const given = names.filter((name) => name !== undefined);
  return given.length === 0 ? [] : ['--', ...given];
}
