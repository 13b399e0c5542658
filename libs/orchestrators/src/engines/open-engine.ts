import type { PipelineDocument } from '@ml-platform/pipeline';
import { readRunSettings } from '../command/settings-file.ts';
import type { CompiledFiles } from '../target.ts';
import type { Engine, LogLine, RunStatus, Submission, SubmittedRun } from './engine.ts';

/** An engine with a project's settings. */
export interface OpenedEngine {
  readonly keepsSchedule: boolean;
  lake(): string | undefined;
  submit(compiled: CompiledFiles, submission: Submission): Promise<SubmittedRun>;
  status(run: string): Promise<RunStatus>;
  logs(run: string, step?: string): AsyncIterable<LogLine>;
}

export interface EnginePlace {
  readonly document: PipelineDocument;
  readonly project: string;
  readonly environment?: string;
}

/** @throws PlatformError `config` where targets.yaml doesn't say where the engine is. */
export function openEngine<Settings>(engine: Engine<Settings>, target: string, place: EnginePlace): OpenedEngine {
  const { document, project } = place;
  const settings = readRunSettings(place, target, engine.settings, engine.example);
  const context = { settings, document, project };
  return {
    keepsSchedule: engine.keepsSchedule ?? false,
    lake: () => engine.lake(settings),
    submit: (compiled, submission) => engine.submit(compiled, submission, context),
    status: (run) => engine.status(run, context),
    logs: (run, step) => engine.logs(run, step, context),
  };
}
