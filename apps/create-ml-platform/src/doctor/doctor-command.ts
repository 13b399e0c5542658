import { print } from '../cli/print.ts';
import { ALL_CHECKS } from './checks/all-checks.ts';
import { examine } from './examine.ts';
import { findProject } from './find-project.ts';
import { thisMachine } from './machine/machine.ts';
import { checkPipelines } from './machine/pipeline-check.ts';
import { redactor } from './machine/redact.ts';
import { endTools } from './machine/run-tool.ts';
import { showProgress } from './progress.ts';
import { describeExamination, examinationOf } from './report.ts';

export interface DoctorOptions {
  readonly offline: boolean;
  /** Warnings count as well. */
  readonly strict: boolean;
  readonly json: boolean;
  readonly debug: boolean;
}

/**
 * Looks at the project that `cwd` lies in and at the machine around it; what is broken sets the exit code.
 *
 * @throws PlatformError `usage` outside of a project.
 */
export async function doctorCommand(version: string, options: DoctorOptions, cwd: string): Promise<void> {
  const folder = findProject(cwd);
  const { offline, strict, json, debug } = options;
  const script = process.argv[1] ?? '';
  const machine = thisMachine(folder, { offline, version, script }, checkPipelines);
  const redact = redactor(machine.env);
  const { progress, stop } = showProgress();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => endBy(signal));
  const tell = (thrown: unknown) => {
    if (debug) process.stderr.write(`${redact(String(thrown instanceof Error ? thrown.stack : thrown))}\n`);
  };
  const findings = await examine(ALL_CHECKS, machine, { progress, defect: tell }).finally(stop);
  // Of a check that was given up.
  endTools();
  const examination = examinationOf(findings, { version, folder, strict });
  print(json ? `${JSON.stringify(examination, null, 2)}\n` : describeExamination(examination));
  if (!examination.healthy) process.exitCode = 1;
}

/** What we started has no terminal, so no signal of its own. */
function endBy(signal: NodeJS.Signals): void {
  endTools();
  process.kill(process.pid, signal);
}
