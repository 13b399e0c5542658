/** What a generator is about to do. */
export interface Plan {
  /** Whole new files, by their path from the workspace's folder. */
  readonly files: ReadonlyMap<string, string>;
  /** By path, what becomes of a file that is there. */
  readonly edits?: ReadonlyMap<string, (text: string) => string>;
  /**
   * Whether it was made before, by the same command: then files that differ are edits of the team's, and stay. Where all
   * files are there, unless given.
   */
  readonly isThere?: boolean;
  /** Whether npm has to hear of it: of a package or a dependency that is new to the workspace. */
  readonly installs: boolean;
  /** The project's folder, where its Python packages have to be locked. */
  readonly locks?: string;
  /** Commands to type next. */
  readonly next: readonly string[];
}
