/** A project, as far as a workflow wants to know. */
export interface Project {
  /** Nx's. */
  readonly name: string;
  /** From the workspace's folder, with slashes. */
  readonly folder: string;
  readonly hasPipeline: boolean;
  /** Names of its stacks, each of which has a file. */
  readonly stacks: readonly string[];
}

/** What a workflow's matrix needs. */
export interface Plan {
  readonly pipelines: readonly string[];
  readonly stacks: readonly { readonly project: string; readonly stack: string }[];
  /** Whether there is any of either. */
  readonly hasChanges: boolean;
}

export interface Change {
  readonly files: readonly string[];
  /** Projects that the change touches. */
  readonly affected: readonly string[];
  /** Those that it touches without the files of stacks. */
  readonly affectedOtherwise: readonly string[];
}

/** A stack's own file touches that stack alone; all else of its project, or below that, each of them. */
export function planOf(projects: readonly Project[], { files, affected, affectedOtherwise }: Change): Plan {
  const pipelines = projects.filter(({ name, hasPipeline }) => hasPipeline && affected.includes(name));
  const stacks = projects.flatMap((project) =>
    project.stacks
      .filter((stack) => affectedOtherwise.includes(project.name) || files.includes(stackFile(project, stack)))
      .map((stack) => ({ project: shortName(project.name), stack })),
  );
  return {
    pipelines: pipelines.map(({ name }) => shortName(name)),
    stacks,
    hasChanges: pipelines.length > 0 || stacks.length > 0,
  };
}

export function stackFile({ folder }: Project, stack: string): string {
  return `${folder}/Pulumi.${stack}.yaml`;
}

/** As people type it: Nx takes a name without its scope. */
function shortName(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}
