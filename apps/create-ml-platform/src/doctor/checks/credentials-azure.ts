import { homedir } from 'node:os';
import { join } from 'node:path';
import { readText } from '../machine/files.ts';
import type { Source } from './credentials.ts';

/** In the order of DefaultAzureCredential; the identity of a machine apart. */
export function azureSource(env: NodeJS.ProcessEnv): Source {
  const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_FEDERATED_TOKEN_FILE } = env;
  if (AZURE_TENANT_ID && AZURE_CLIENT_ID) {
    if (AZURE_CLIENT_SECRET) return { from: 'AZURE_CLIENT_SECRET' };
    if (AZURE_FEDERATED_TOKEN_FILE) return { from: 'AZURE_FEDERATED_TOKEN_FILE' };
  }
  if (env.IDENTITY_ENDPOINT) return { from: "the service's managed identity" };
  if (hasSignedIn(env)) return { from: 'az login' };
  return AZURE_CLIENT_SECRET
    ? { missing: 'AZURE_CLIENT_SECRET is set, and AZURE_TENANT_ID or AZURE_CLIENT_ID is not' }
    : { missing: 'none in the environment, and nobody has signed in' };
}

/** Azure's command line keeps who has signed in, beginning with a byte order mark. */
function hasSignedIn({ AZURE_CONFIG_DIR, HOME, USERPROFILE }: NodeJS.ProcessEnv): boolean {
  const folder = AZURE_CONFIG_DIR ?? join(HOME ?? USERPROFILE ?? homedir(), '.azure');
  try {
    const { subscriptions } = JSON.parse((readText(join(folder, 'azureProfile.json')) ?? '').replace(/^\uFEFF/, ''));
    return Array.isArray(subscriptions) && subscriptions.length > 0;
  } catch {
    return false;
  }
}
