import { execa } from 'execa';
import { WORKSPACE } from '../workspace.ts';
import { usage } from './options.ts';

const REPOSITORY = /^[\w.-]+\/[\w.-]+$/;

/**
 * `OWNER/NAME`: what is given, else the workflow's own, else that of the remote `origin`.
 *
 * @throws PlatformError `usage` where none is known.
 */
export async function findRepository(given: string | undefined): Promise<string> {
  const found = given ?? (process.env.GITHUB_REPOSITORY || (await ofRemote()));
  if (found !== undefined && REPOSITORY.test(found)) return found;
  throw usage(
    found === undefined ? 'which repository? Pass --repo OWNER/NAME' : `--repo is '${found}', expected OWNER/NAME`,
  );
}

async function ofRemote(): Promise<string | undefined> {
  const { stdout } = await execa('git', ['remote', 'get-url', 'origin'], { cwd: WORKSPACE, reject: false });
  return repositoryOf(stdout ?? '');
}

/** Of `https://github.com/OWNER/NAME.git`, `git@github.com:OWNER/NAME`, `ssh://git@github.com/OWNER/NAME`. */
export function repositoryOf(url: string): string | undefined {
  return /^(?:https?:\/\/|ssh:\/\/|[\w.-]+@)[^/:]+(?::\d+)?[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(url.trim())?.[1];
}
