import type { Template } from '../template/template.ts';
import { changeAnswers } from './change-answers.ts';
import { type MergeOptions, mergeRenderings } from './merge-renderings.ts';
import { NO_FILES, type Outcome } from './outcome.ts';
import type { Project } from './project.ts';

export interface FeatureChange extends MergeOptions {
  readonly command: 'add' | 'remove';
  readonly features: readonly string[];
}

/** Adds or removes features by the version that the project has; the result is staged, not committed. */
export function changeFeatures(project: Project, template: Template, change: FeatureChange): Outcome {
  const { command, dryRun, install } = change;
  const { version, answers } = project;
  const { answers: next, changed, already } = changeAnswers(command, change.features, answers);
  const known = { command, from: version, to: version, features: changed, dryRun } as const;
  const notes = already.map((name) => (command === 'add' ? `${name} is there already` : `${name} is not there`));
  if (changed.length === 0)
    return { ...known, upToDate: true, files: NO_FILES, migrations: [], lock: 'unchanged', notes };
  const sides = { base: { version, answers }, theirs: { version, answers: next } };
  const about = `${command} ${changed.join(' ')}`;
  const merged = mergeRenderings({ project, template, ...sides, about, dryRun, install });
  return { ...known, upToDate: false, ...merged, notes: [...notes, ...merged.notes] };
}
