import { type ErrorCode, PlatformError } from '@ml-platform/errors';

/** Why a call of DVC came to nothing: the kind of refusal that it is on the platform, and what to do about it. */
const REASONS = {
  noDvc: ['environment', "pip install 'dvc>=3.67,<4'"],
  wrongVersion: ['environment', "pip install 'dvc>=3.67,<4'"],
  noRepository: ['config', 'make it a repository of Git and DVC: git init && dvc init'],
  invalidConfig: ['config', 'mend .dvc/config, or see what holds: dvc config --list --show-origin'],
  usage: ['usage', 'see what the command takes: dvc COMMAND --help'],
  notFound: ['notFound', 'see what is tracked: dvc list . --dvc-only -R'],
  lockHeld: ['busy', 'wait for the other DVC process, or give the call more time: lockWaitSeconds'],
  busy: ['busy', 'wait for the process that is named, or end it'],
  mergeConflict: ['config', 'resolve the conflict in that file: take one side whole, then dvc checkout or dvc repro'],
  invalidFile: ['config', 'mend that file, or take it back from Git: git checkout -- FILE'],
  unsavedFiles: ['data', 'keep what is there with dvc add or dvc commit, or give it up: force'],
  corruptedCache: ['data', 'move it away, then dvc pull; where the workspace has the data still: dvc commit'],
  missingFromRemote: ['data', 'push it from the machine that made it: dvc push; or make it again: dvc repro'],
  noRemote: ['config', 'name a remote: dvc remote add -d NAME URL'],
  missingPlugin: ['environment', "install what reaches the remote: pip install 'dvc[s3]', 'dvc[azure]', 'dvc[gs]'"],
  noCredentials: ['environment', "sign in to the remote's cloud, or set its credentials in the environment"],
  remoteUnreachable: [
    'environment',
    "check the network and the remote's address, then run it again: what arrived stays",
  ],
  diskFull: ['environment', 'make room (dvc gc, dry run first), then run it again: nothing was lost'],
  stageFailed: ['step', "see the stage's own words above the error"],
  unexpectedOutput: ['environment', 'check that this is the DVC that the platform supports: dvc --version'],
  unknown: ['environment', 'run the same command by hand, with --verbose'],
} as const satisfies Record<string, readonly [ErrorCode, hint: string]>;

export type DvcReason = keyof typeof REASONS;

export interface DvcErrorOptions {
  readonly reason: DvcReason;
  /** All that DVC said on standard error, without bars. */
  readonly said?: string;
  /** Processes that hold what the call needs. */
  readonly pids?: readonly number[];
  readonly cause?: unknown;
}

/** A PlatformError that a program can tell apart by `reason`: a pull tries again, a doctor explains. */
export class DvcError extends PlatformError {
  readonly reason: DvcReason;
  readonly said: string;
  readonly pids: readonly number[];

  constructor(message: string, { reason, said = '', pids = [], cause }: DvcErrorOptions) {
    const [code, hint] = REASONS[reason];
    super(message, { code, hint, cause });
    this.reason = reason;
    this.said = said;
    this.pids = pids;
  }
}
