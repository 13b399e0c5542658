import { messageOf, PlatformError } from '@ml-platform/errors';
import type { Rest } from '../http/rest-client.ts';

const HINT = 'sign in: gcloud auth application-default login';

/**
 * A REST API of Google for who is signed in on this machine, by Application Default Credentials.
 *
 * @throws PlatformError `environment` where nobody is.
 */
export async function googleRest(service: string, url: string): Promise<Rest> {
  const { GoogleAuth } = await import('google-auth-library');
  const auth = new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' });
  try {
    const token = await auth.getAccessToken();
    return { service, url, signIn: HINT, headers: { authorization: `Bearer ${token}` } };
  } catch (cause) {
    throw new PlatformError(`Google doesn't know who you are: ${messageOf(cause).split('\n')[0]}`, {
      code: 'environment',
      hint: HINT,
      cause,
    });
  }
}
