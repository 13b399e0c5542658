import { refuseChanges } from '../apply/apply.ts';
import type { Template } from '../template/template.ts';
import { abort } from '../update/abort.ts';
import { changeFeatures } from '../update/change-features.ts';
import { difference } from '../update/difference.ts';
import { handOver } from '../update/other-version.ts';
import type { Outcome } from '../update/outcome.ts';
import { openProject, openWorkTree } from '../update/project.ts';
import { openIdleProject } from '../update/under-way.ts';
import { refuseOlder, upToDate, update } from '../update/update.ts';
import { print } from './print.ts';
import type { ProjectCommand } from './project-line.ts';
import { describeDifference, describeOutcome } from './project-report.ts';

type Of<Kind extends ProjectCommand['kind']> = Extract<ProjectCommand, { kind: Kind }>;

/** Runs a command that compares or merges the project which `cwd` lies in. */
export function projectCommand(template: Template, command: Exclude<ProjectCommand, Of<'doctor'>>, cwd: string): void {
  if (command.kind === 'abort') runAbort(command, cwd);
  else if (command.kind === 'diff') runDiff(template, command, cwd);
  else if (command.kind === 'update') runUpdate(template, command, cwd);
  else runChange(template, command, cwd);
}

function runUpdate(template: Template, command: Of<'update'>, cwd: string): void {
  const project = openIdleProject(cwd);
  const version = command.version ?? template.version;
  refuseOlder(project.version, version, command.force);
  if (version === project.version) {
    finish(upToDate(project, command.dryRun), command.json);
  } else if (version === template.version) {
    finish(update(project, template, command), command.json);
  } else {
    // Before npm is asked for a version that would refuse them as well.
    refuseChanges(project.repository);
    process.exitCode = handOver(version, process.argv.slice(2), cwd);
  }
}

function runChange(template: Template, command: Of<'add' | 'remove'>, cwd: string): void {
  const { kind, features, dryRun, install, json } = command;
  finish(changeFeatures(openIdleProject(cwd), template, { command: kind, features, dryRun, install }), json);
}

function runAbort({ json }: Of<'abort'>, cwd: string): void {
  const aborted = abort(openWorkTree(cwd));
  print(json ? printed({ command: 'abort', aborted }) : `taken back: ${aborted}; its files are as in HEAD again\n`);
}

function runDiff(template: Template, { patch, json }: Of<'diff'>, cwd: string): void {
  const found = difference(openProject(cwd), template, patch);
  print(json ? printed(found) : describeDifference(found));
}

/** As `git merge`, with conflicts it ends with 1. */
function finish(outcome: Outcome, json: boolean): void {
  print(json ? printed(outcome) : describeOutcome(outcome));
  if (outcome.files.conflicts.length > 0) process.exitCode = 1;
}

function printed(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
