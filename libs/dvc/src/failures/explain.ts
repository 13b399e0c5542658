import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { blockers, classify, lastError } from './classify.ts';
import { DvcError, type DvcReason } from './dvc-error.ts';

export interface Failure {
  readonly args: readonly string[];
  readonly cwd: string;
  /** The repository's folder, or `cwd` outside of one. */
  readonly root: string;
  readonly exitCode: number | undefined;
  readonly stderr: string;
}

/** The error that a call which failed is thrown as. */
export function explain(failure: Failure): DvcError {
  return errorOf(classify(failure.stderr, failure.args[0], failure.root), failure);
}

export function errorOf(reason: DvcReason, failure: Failure): DvcError {
  const { args, cwd, stderr } = failure;
  const what = `dvc ${args.join(' ')} in ${cwd}`;
  const told = (message: string, more: { reason?: DvcReason; pids?: readonly number[] } = {}) =>
    new DvcError(`${what}: ${message}`, { reason, said: stderr, ...more });
  if (reason === 'busy') {
    const held = blockers(stderr);
    const names = held.map(({ pid, command }) => `process ${pid} (${command})`).join(', ');
    return told(`a path is in use by ${names}`, { pids: held.map(({ pid }) => pid) });
  }
  if (reason === 'mergeConflict') return brokenFile(failure, told);
  return told(summary(failure));
}

/** Where Git's mark stands; a file that is cut off by other means is only invalid. */
function brokenFile(failure: Failure, told: (message: string, more?: { reason?: DvcReason }) => DvcError): DvcError {
  const { cwd, stderr } = failure;
  const [, file = ''] = /'([^'\n]+)' is invalid|unable to read: '([^'\n]+)'/.exec(stderr)?.filter(Boolean) ?? [];
  const line = conflictLine(resolve(cwd, file));
  if (line === undefined) return told(summary(failure), { reason: 'invalidFile' });
  return told(`${file} has an unresolved merge conflict in line ${line}`);
}

function conflictLine(file: string): number | undefined {
  try {
    const index = readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((line) => line.startsWith('<<<<<<< '));
    return index < 0 ? undefined : index + 1;
  } catch {
    return undefined;
  }
}

/** DVC's last error, on one line. */
function summary({ stderr, exitCode }: Failure): string {
  const said = lastError(stderr)
    .replace(/^ERROR: (?:unexpected error - )?/, '')
    .replace(/\n\s*Having any troubles\?.*/s, '')
    .trim();
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const shown = lines.slice(0, 6).join('; ');
  return shown || `it ended with code ${exitCode ?? 'none'} and said nothing`;
}
