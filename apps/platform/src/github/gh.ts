import { messageOf, PlatformError } from '@ml-platform/errors';
import { execa } from 'execa';

/** What is sent to GitHub's REST API: https://docs.github.com/rest */
export interface Request {
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly body: object;
}

export interface GitHub {
  /** Undefined where there is no such thing. */
  get(path: string): Promise<unknown>;
  send(request: Request): Promise<unknown>;
}

const HEADERS = ['--header', 'X-GitHub-Api-Version: 2022-11-28'];

/**
 * GitHub through its own command, which knows how somebody is logged in; in a workflow by GH_TOKEN.
 *
 * @throws PlatformError `environment`, each method: gh isn't there, or GitHub refuses.
 */
export function openGitHub(): GitHub {
  return {
    get: async (path) => {
      const { stdout, stderr, exitCode } = await gh(['api', ...HEADERS, path]);
      if (exitCode === 0) return JSON.parse(stdout);
      if (/HTTP 404/.test(stderr)) return undefined;
      throw refused(`GET ${path}`, stdout, stderr);
    },
    send: async ({ method, path, body }) => {
      const args = ['api', ...HEADERS, '--method', method, path, '--input', '-'];
      const { stdout, stderr, exitCode } = await gh(args, JSON.stringify(body));
      if (exitCode === 0) return stdout === '' ? undefined : JSON.parse(stdout);
      throw refused(`${method} ${path}`, stdout, stderr);
    },
  };
}

/** The command that sends a request, for a shell. */
export function commandOf({ method, path, body }: Request): string {
  return `gh api --method ${method} ${path} --input - <<'JSON'\n${JSON.stringify(body, undefined, 2)}\nJSON`;
}

async function gh(args: readonly string[], input?: string) {
  try {
    return await execa('gh', args, { reject: false, ...(input === undefined ? { stdin: 'ignore' } : { input }) }).then(
      (result) => {
        if (result.code === 'ENOENT') throw new Error('not found');
        return result;
      },
    );
  } catch (cause) {
    throw new PlatformError(`GitHub's command gh can't be run: ${messageOf(cause)}`, {
      code: 'environment',
      hint: 'install it: https://cli.github.com, then: gh auth login',
      cause,
    });
  }
}

/** GitHub says why in its answer, beside gh's own line. */
function refused(what: string, stdout: string, stderr: string): PlatformError {
  const said = [stderr.trim(), ...detailsOf(stdout)].join('\n  ');
  const needsLogin = /gh auth login|HTTP 401/.test(stderr);
  const hint = needsLogin
    ? 'gh auth login; in a workflow, set GH_TOKEN'
    : 'see that you may administer the repository, and that its plan has the feature; then run it again';
  return new PlatformError(`GitHub refuses ${what}: ${said}`, { code: 'environment', hint });
}

function detailsOf(stdout: string): string[] {
  try {
    const { errors = [] } = JSON.parse(stdout) as { errors?: readonly unknown[] };
    return errors.map((error) => (typeof error === 'string' ? error : JSON.stringify(error)));
  } catch {
    return [];
  }
}
