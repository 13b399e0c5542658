type Combination = Readonly<Record<string, unknown>>;

/**
 * The jobs of a matrix, as GitHub makes them: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix
 * An entry of `include` joins the combinations whose values it doesn't change, or is one of its own.
 */
export function combinationsOf(matrix: Readonly<Record<string, unknown>> | undefined): Combination[] {
  if (matrix === undefined) return [{}];
  const { include = [], exclude = [], ...vectors } = matrix as Record<string, readonly unknown[]>;
  const crossed = Object.entries(vectors).reduce<Combination[]>(
    (made, [key, values]) => made.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
    [{}],
  );
  const base = Object.keys(vectors).length === 0 ? [] : crossed.filter((one) => !exclude.some((all) => has(one, all)));
  const extended = base.map((one) => ({ ...one }));
  const alone: Combination[] = [];
  for (const entry of include as readonly Combination[]) {
    const joined = extended.filter((_, index) => has(base[index] ?? {}, only(entry, Object.keys(vectors))));
    if (base.length === 0 || joined.length === 0) alone.push(entry);
    else for (const one of joined) Object.assign(one, entry);
  }
  return [...extended, ...alone];
}

function has(one: Combination, all: unknown): boolean {
  return Object.entries(all as Combination).every(([key, value]) => one[key] === value);
}

function only(entry: Combination, keys: readonly string[]): Combination {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => keys.includes(key)));
}
