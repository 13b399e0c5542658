import type { PipelineDocument } from '@ml-platform/pipeline';
import type { z } from 'zod';
import type { CompiledFiles } from '../target.ts';

/** Values by parameter key and name. */
export type RunParams = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What a run is started with. */
export interface Submission {
  readonly params: RunParams;
  /** Up to 32 lower-case letters, digits and hyphens. */
  readonly runName: string;
}

/** What an engine knows a run by, and the page where a person sees it. */
export interface SubmittedRun {
  readonly run: string;
  readonly url?: string;
}

export type StepState = 'waiting' | 'running' | 'succeeded' | 'skipped' | 'failed';

export interface StepStatus {
  readonly step: string;
  readonly state: StepState;
  /** Why it failed or was skipped. */
  readonly reason?: string;
  /** ISO 8601. */
  readonly startedAt?: string;
  /** Until its end, or until now. */
  readonly seconds?: number;
}

export interface RunStatus {
  readonly run: string;
  readonly state: 'running' | 'succeeded' | 'failed' | 'stopped';
  /** Why the run as a whole failed, where no step says so. */
  readonly reason?: string;
  readonly steps: readonly StepStatus[];
}

export interface LogLine {
  readonly step: string;
  readonly line: string;
}

/** Where an engine runs, and what. */
export interface EngineContext<Settings> {
  readonly settings: Settings;
  readonly document: PipelineDocument;
  /** Absolute path of the project's folder. */
  readonly project: string;
}

/**
 * Runs what was compiled for a target.
 *
 * Each method throws PlatformError: `environment` where the engine can't be reached or doesn't know who asks, `notFound`
 * for a run that isn't there, `config` for what it refuses, with its own words.
 */
export interface Engine<Settings> {
  /** Of the target's section in targets.yaml: what starts and follows runs. */
  readonly settings: z.ZodType<Settings>;
  /** Such a section. */
  readonly example: string;
  /** What is submitted stays and starts itself from then on, so it needs the schedule; one run by itself doesn't. */
  readonly keepsSchedule?: boolean;
  /** Beside it lies raw data that runs read; `undefined` where they see this machine's files. */
  lake(settings: Settings): string | undefined;
  submit(compiled: CompiledFiles, submission: Submission, context: EngineContext<Settings>): Promise<SubmittedRun>;
  status(run: string, context: EngineContext<Settings>): Promise<RunStatus>;
  /** What steps have said so far; all steps, or one. */
  logs(run: string, step: string | undefined, context: EngineContext<Settings>): AsyncIterable<LogLine>;
}
