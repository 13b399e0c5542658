import { spawnSync } from 'node:child_process';
import { PlatformError } from '@ml-platform/errors';
import { errorIn, findNpm, isNetworkError } from '../steps/npm.ts';

/** What another version printed, or how it refused. */
export type Printed =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly exit: number; readonly stderr: string };

/** Runs another version of this command, which npm fetches if need be; throws when npm can't. */
export function runVersion(version: string, args: readonly string[], cwd: string): Printed {
  const [program, ...first] = findNpm();
  process.stderr.write(`fetching create-ml-platform ${version} …\n`);
  const flags = ['--json', '--loglevel=silent'];
  const { error, status, stdout, stderr } = spawnSync(program, [...first, ...execArgs(version, flags), ...args], {
    cwd,
    env: ownEnvironment(),
    encoding: 'utf8',
    maxBuffer: 1024 * 1024 * 1024,
    shell: program.endsWith('.cmd'),
  });
  if (error) throw unreachable(version, error.message, error);
  if (status === 0) return { ok: true, text: stdout };
  const failed = errorIn(stdout);
  // npm's own errors have a word for a code; what the command ended with is a number.
  if (!failed || /^\d*$/.test(failed.code)) return { ok: false, exit: status ?? 1, stderr };
  if (['E404', 'ETARGET', 'ENOVERSIONS'].includes(failed.code)) throw unpublished(version, failed.summary);
  throw unreachable(version, failed.summary, undefined, isNetworkError(failed.code));
}

/** Leaves the work to another version: its output is ours. Returns its exit code. */
export function handOver(version: string, args: readonly string[], cwd: string): number {
  const found = runVersion(version, ['--version'], cwd);
  if (!found.ok) throw unreachable(version, found.stderr.trim());
  const [program, ...first] = findNpm();
  const { error, status } = spawnSync(program, [...first, ...execArgs(version, []), ...args], {
    cwd,
    env: ownEnvironment(),
    stdio: 'inherit',
    shell: program.endsWith('.cmd'),
  });
  if (error) throw unreachable(version, error.message, error);
  return status ?? 1;
}

function execArgs(version: string, flags: readonly string[]): string[] {
  return ['exec', '--yes', `--package=create-ml-platform@${version}`, ...flags, '--', 'create-ml-platform'];
}

// `npx` hands its own command line to us in these: to the npm that we start they would be orders.
const OF_THIS_RUN = /^npm_config_(?:package|call|workspaces?|include_workspace_root|dry_run|json|local_prefix)$/i;

/** The environment without what npm set for this very run. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_THIS_RUN.test(name)));
}

function unpublished(version: string, summary: string): PlatformError {
  return new PlatformError(`there is no create-ml-platform ${version}: ${summary}`, {
    code: 'notFound',
    hint: 'npm view create-ml-platform versions',
  });
}

function unreachable(version: string, reason: string, cause?: unknown, isNetwork = false): PlatformError {
  return new PlatformError(`npm can't run create-ml-platform ${version}: ${reason}; nothing was changed`, {
    code: 'environment',
    hint: isNetwork
      ? "check the network and npm's registry (npm config get registry), then run the same command again"
      : `to see all that npm says: npm exec --package=create-ml-platform@${version} -- create-ml-platform --version`,
    cause,
  });
}
