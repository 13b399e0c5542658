import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import { ask } from './rest.ts';

export const AZURE_SIGN_IN =
  'sign in: az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET; then look at the roles in the workspace';
const ASKED = { title: 'Microsoft Entra ID', signIn: AZURE_SIGN_IN };
/** Seconds before its end that a token isn't used any more. */
const MARGIN = 300;

const answer = z.object({ access_token: z.string(), expires_in: z.coerce.number().default(3600) });
type Answer = z.infer<typeof answer>;

const known = new Map<string, { readonly token: string; readonly until: number }>();

/** For another who is signed in. */
export function forgetTokens(): void {
  known.clear();
}

/**
 * A token of who is signed in, by the ways of Azure's own DefaultAzureCredential: a service principal or a workload identity
 * by environment variables, the machine's managed identity, `az login`.
 *
 * @throws PlatformError `environment` where nobody is.
 */
export async function azureToken(scope: string): Promise<string> {
  const found = known.get(scope);
  if (found && found.until > Date.now()) return found.token;
  const { access_token: token, expires_in: seconds } = await fetchToken(scope);
  known.set(scope, { token, until: Date.now() + (seconds - MARGIN) * 1000 });
  return token;
}

function fetchToken(scope: string): Promise<Answer> {
  const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_FEDERATED_TOKEN_FILE, IDENTITY_ENDPOINT } =
    process.env;
  if (AZURE_TENANT_ID && AZURE_CLIENT_ID && AZURE_CLIENT_SECRET) {
    return principal(AZURE_TENANT_ID, { client_id: AZURE_CLIENT_ID, scope, client_secret: AZURE_CLIENT_SECRET });
  }
  if (AZURE_TENANT_ID && AZURE_CLIENT_ID && AZURE_FEDERATED_TOKEN_FILE) {
    return workload(AZURE_TENANT_ID, AZURE_CLIENT_ID, scope, AZURE_FEDERATED_TOKEN_FILE);
  }
  return IDENTITY_ENDPOINT ? managed(IDENTITY_ENDPOINT, scope) : commandLine(scope);
}

/** Source: Microsoft identity platform, "OAuth 2.0 client credentials flow". */
async function principal(tenant: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
  const authority = process.env.AZURE_AUTHORITY_HOST ?? 'https://login.microsoftonline.com';
  const url = new URL(`${authority.replace(/\/+$/, '')}/${tenant}/oauth2/v2.0/token`);
  const body = String(new URLSearchParams({ grant_type: 'client_credentials', ...fields }));
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return answer.parse(await ask(ASKED, { method: 'POST', url, headers, body }));
}

async function workload(tenant: string, client: string, scope: string, file: string): Promise<Answer> {
  return principal(tenant, {
    client_id: client,
    scope,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: (await readFile(file, 'utf8')).trim(),
  });
}

/** Source: "How to use managed identities for App Service and Azure Functions", REST endpoint reference; Azure ML has the same. */
async function managed(endpoint: string, scope: string): Promise<Answer> {
  const url = new URL(endpoint);
  url.searchParams.set('api-version', '2019-08-01');
  url.searchParams.set('resource', scope.replace(/\/\.default$/, ''));
  const { IDENTITY_HEADER = '', AZURE_CLIENT_ID } = process.env;
  if (AZURE_CLIENT_ID) url.searchParams.set('client_id', AZURE_CLIENT_ID);
  return answer.parse(await ask(ASKED, { method: 'GET', url, headers: { 'x-identity-header': IDENTITY_HEADER } }));
}

async function commandLine(scope: string): Promise<Answer> {
  const args = ['account', 'get-access-token', '--scope', scope, '--query', 'accessToken', '--output', 'tsv'];
  try {
    const { stdout } = await promisify(execFile)('az', args, { shell: process.platform === 'win32' });
    return answer.parse({ access_token: stdout.trim() });
  } catch (cause) {
    throw new PlatformError(`Azure doesn't know who you are: ${messageOf(cause).split('\n')[0]}`, {
      code: 'environment',
      hint: AZURE_SIGN_IN,
      cause,
    });
  }
}
