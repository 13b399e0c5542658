/** Ten small steps, each with those whose results it reads: a chain that fans out and in, twice. */
export const GRAPH = {
  one: [],
  two: ['one'],
  three: ['one'],
  four: ['two'],
  five: ['three'],
  six: ['four', 'five'],
  seven: ['six'],
  eight: ['six'],
  nine: ['seven', 'eight'],
  ten: ['nine'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Each reads the lists of those before it and writes them joined, with a number of its own. */
export const STEPS: readonly (readonly [name: string, from: readonly string[]])[] = Object.entries(GRAPH);

/** The step whose code changes; it and the four behind it have to run again. */
export const CHANGED = 'six';

/** The same ten steps as a project of one tool. */
export interface StepProject {
  /** The file that holds the code of the step that changes. */
  readonly changedFile: string;
  /** The file that the last step writes. */
  readonly result: string;
}
