import type { Permissions } from './read-workflow.ts';
import type { WorkflowEvent } from './triggers.ts';

export type Result = 'success' | 'failure' | 'skipped' | 'cancelled';

export interface StepRun {
  /** Its name, its command, or the action that it uses. */
  readonly name: string;
  readonly id?: string;
  /** Before `continue-on-error`; `conclusion` is what counts. */
  readonly outcome: Result;
  readonly conclusion: Result;
  readonly outputs: Readonly<Record<string, string>>;
  /** What it printed, both streams. */
  readonly log: string;
}

export interface JobRun {
  /** `deploy`, of a called workflow `dev / deploy`, of a matrix `preview (infra-aws, dev)`. */
  readonly name: string;
  readonly result: Result;
  readonly outputs: Readonly<Record<string, string>>;
  readonly environment?: string;
  /** Of its token. */
  readonly permissions: Permissions;
  readonly steps: readonly StepRun[];
  /** Markdown, of all steps. */
  readonly summary: string;
}

export interface WorkflowRun {
  readonly result: Result;
  readonly jobs: readonly JobRun[];
  /** Of a workflow that is called. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** A step that uses an action which can't run here. */
export interface ActionCall {
  readonly with: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly workspace: string;
  /** For this step and those after it. */
  readonly exportVariable: (name: string, value: string) => void;
  readonly print: (text: string) => void;
}

/** What stands in for an action; what it returns are the step's outputs. */
export type StandIn = (call: ActionCall) => Outputs | undefined | Promise<Outputs | undefined>;

type Outputs = Record<string, string>;

export interface Settings {
  /** The repository as `git clone` takes it; the event's commit is in it. */
  readonly repository: string;
  /** `.github/workflows/ci.yml` */
  readonly workflow: string;
  readonly event: WorkflowEvent;
  /** Of a dispatch. */
  readonly inputs?: Readonly<Record<string, string | boolean>> | undefined;
  /** All of the environment that commands see beside what GitHub and the workflow set. */
  readonly env: Readonly<Record<string, string>>;
  /** By `owner/name`, or `./.github/actions/setup` for one of the repository's own that isn't to run. */
  readonly actions: Readonly<Record<string, StandIn>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** Of an environment, over those of the repository. */
  readonly environmentVariables?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Of `github`: over what is made up. */
  readonly github?: Readonly<Record<string, unknown>>;
  /** Asked before a job of an environment begins: false is a reviewer's no. */
  readonly approve?: ((environment: string) => boolean) | undefined;
}
