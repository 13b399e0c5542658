import type typescript from 'typescript';

/** Changes code that a team wrote, where a version of the template asks for it. */
export interface Migration {
  /** The version that brings it; also the folder that it lies in. */
  readonly version: string;
  /** What it does, for the report: `read is called readTable`. */
  readonly title: string;
  /** Whether it may change the file at a path of the project. */
  readonly concerns: (path: string) => boolean;
  /** The file's new text; the same one where there is nothing to change, as after it ran once. */
  readonly migrate: (text: string, path: string, project: MigratedProject) => string;
}

export interface MigratedProject {
  /** What its packages' names begin with: `@acme`. */
  readonly scope: string;
  /** The compiler that the project has installed. */
  readonly typescript: () => typeof typescript;
}
