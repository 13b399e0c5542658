import { messageOf, PlatformError } from '@ml-platform/errors';
import { execa } from 'execa';

export interface NxRun {
  readonly workspace: string;
  /** `PROJECT:TARGET`. */
  readonly target: string;
  readonly flags: readonly string[];
  /** What Nx prints goes to stderr, so that stdout holds one document. */
  readonly quiet: boolean;
  /** What went wrong where it fails, and what to do. */
  readonly failed: { readonly message: string; readonly hint: string };
}

/**
 * `nx run PROJECT:TARGET`, whose output is passed on.
 *
 * @throws PlatformError `step` where it fails; its own message stands above.
 */
export async function runNx({ workspace, target, flags, quiet, failed }: NxRun): Promise<void> {
  try {
    await execa('nx', ['run', target, '--output-style=stream-without-prefixes', ...flags], {
      cwd: workspace,
      preferLocal: true,
      stdin: 'ignore',
      stdout: quiet ? 2 : 'inherit',
      stderr: 'inherit',
    });
  } catch (cause) {
    const message = `${failed.message}: ${messageOf(cause).split('\n')[0]}`;
    throw new PlatformError(message, { code: 'step', hint: failed.hint, cause });
  }
}
