import type { DvcReason } from './dvc-error.ts';

/**
 * What DVC 3.67 writes on standard error, most telling first: a full disk is followed by complaints about what could not
 * be written, a remote that is gone by a list of files. Its exit codes don't tell one from another.
 */
const SAYINGS: readonly (readonly [DvcReason, RegExp])[] = [
  ['busy', /is busy, it is being blocked by:/],
  ['lockHeld', /Unable to acquire lock/],
  ['stageFailed', /failed to reproduce '/],
  ['noRepository', /not inside of a DVC repository|not tracked by any supported SCM tool/],
  ['mergeConflict', /is invalid \(possible merge conflicts\)|YAML file structure is corrupted/],
  ['invalidFile', /' validation failed|' is invalid\.$/m],
  ['diskFull', /No space left on device|File too large|Disk quota exceeded|database or disk is full/],
  ['noRemote', /no remote specified|No remote provided|config file error: remote '.*' doesn't exist/],
  ['missingPlugin', /to be installed: No module named|requires these missing dependencies/],
  [
    'noCredentials',
    /Unable to locate credentials|InvalidAccessKeyId|SignatureDoesNotMatch|AuthenticationFailed|Access ?Denied|Forbidden|Unauthorized|DefaultAzureCredential|no credentials|Permission denied \(publickey/i,
  ],
  [
    'remoteUnreachable',
    /failed to connect to|Could not connect to|Cannot connect to host|Connection (?:refused|reset|aborted|timed out)|Server disconnected|Name or service not known|NoSuchBucket|bucket does not exist|files? failed to (?:upload|download|transfer)/i,
  ],
  ['unsavedFiles', /Can't remove the following unsaved files|unable to remove '.*' without a confirmation/],
  ['missingFromRemote', /Checkout failed for following targets|exist neither locally nor on remote/],
  ['invalidConfig', /configuration error/],
  ['notFound', /does not exist|' not found inside|Unable to find DVC file|unknown Git revision/],
  ['usage', /unrecognized arguments|invalid choice|the following arguments are required|'\.dvc' exists/],
];

/** An operating system's complaint about a path; of a folder that is a remote where it isn't the repository's. */
const PATH_ERROR = /\[Errno \d+\] [^:\n]+: '(?<path>[^'\n]+)'/;
const TRANSFERS = ['push', 'pull', 'fetch', 'status'];

/**
 * The reason that standard error gives. A stage's own words stand in the same stream: of a run only DVC's last error
 * counts.
 */
export function classify(stderr: string, command: string | undefined, root: string): DvcReason {
  const said = command === 'repro' ? lastError(stderr) : stderr;
  const path = PATH_ERROR.exec(said)?.groups?.path;
  const reason = SAYINGS.find(([, saying]) => saying.test(said))?.[0] ?? 'unknown';
  const isElsewhere = path?.startsWith('/') === true && !`${path}/`.startsWith(`${root}/`);
  return reason === 'unknown' && isElsewhere && TRANSFERS.includes(command ?? '') ? 'remoteUnreachable' : reason;
}

/** A success that isn't one: what DVC only warns about, with exit code 0. */
export function warnedOf(stderr: string, command: string | undefined): DvcReason | undefined {
  const isTransfer = command === 'push' || command === 'fetch' || command === 'pull';
  if (isTransfer && /exist neither locally nor on remote/.test(stderr)) return 'missingFromRemote';
  if (command === 'fetch' && /No remote provided/.test(stderr)) return 'noRemote';
  return /in revision '(?:workspace)?', unable to read: .* file structure is corrupted/.test(stderr)
    ? 'mergeConflict'
    : undefined;
}

export function lastError(stderr: string): string {
  const start = Math.max(stderr.lastIndexOf('\nERROR: ') + 1, 0);
  return stderr.slice(start);
}

export function blockers(stderr: string): { readonly pid: number; readonly command: string }[] {
  const found = [...stderr.matchAll(/\(PID (\d+)\): (.*)/g)].map(([, pid, command = '']) => ({
    pid: Number(pid),
    command: command.trim(),
  }));
  return [...new Map(found.map((one) => [one.pid, one])).values()];
}
