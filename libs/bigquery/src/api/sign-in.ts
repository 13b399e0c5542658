import { messageOf, PlatformError } from '@ml-platform/errors';

/** Who asks. */
export interface SignedIn {
  readonly project: string;
  /** Headers for a request; a token that is about to expire is renewed. */
  readonly headers: () => Promise<Headers>;
}

export const SIGN_IN = 'sign in: gcloud auth application-default login';

/**
 * Signs in by Application Default Credentials: a service account's file, a workload's identity, a person's login, or the
 * machine's own.
 *
 * @throws PlatformError `environment` without credentials, `config` where neither the settings nor they name a project.
 */
export async function signIn(project: string | undefined): Promise<SignedIn> {
  // In a bundle, a CommonJS package has no names of its own.
  const { GoogleAuth } = (await import('google-auth-library')).default;
  // Told the project, it doesn't start gcloud to ask for one.
  const auth = new GoogleAuth({
    scopes: 'https://www.googleapis.com/auth/cloud-platform',
    ...(project !== undefined && { projectId: project }),
  });
  const client = await auth.getClient().catch((cause: unknown) => {
    throw unknown(cause);
  });
  return {
    project: project ?? (await auth.getProjectId().catch(noProject)),
    headers: () =>
      client.getRequestHeaders().catch((cause: unknown) => {
        throw unknown(cause);
      }),
  };
}

function unknown(cause: unknown): PlatformError {
  return new PlatformError(`Google doesn't know who you are: ${messageOf(cause).split('\n')[0]}`, {
    code: 'environment',
    hint: SIGN_IN,
    cause,
  });
}

function noProject(cause: unknown): never {
  throw new PlatformError(
    'it is not known which project pays for BigQuery: neither the environment nor the login says',
    {
      code: 'config',
      hint: 'set BIGQUERY_PROJECT',
      cause,
    },
  );
}
