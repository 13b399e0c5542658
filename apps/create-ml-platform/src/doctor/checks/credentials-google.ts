import { homedir } from 'node:os';
import { join } from 'node:path';
import { readObject } from '../machine/files.ts';
import type { Source } from './credentials.ts';

const VARIABLE = 'GOOGLE_APPLICATION_CREDENTIALS';
const FILE = 'application_default_credentials.json';

/** Application Default Credentials. Source: Google Cloud, "How Application Default Credentials works". */
export function googleSource(env: NodeJS.ProcessEnv): Source {
  const named = env[VARIABLE];
  if (named) return ofFile(named, VARIABLE) ?? { missing: `${VARIABLE} names a file that is not there` };
  const file = join(folderOf(env), FILE);
  return ofFile(file, 'gcloud auth application-default login') ?? { missing: 'nobody has signed in' };
}

function ofFile(file: string, from: string): Source | undefined {
  try {
    const credentials = readObject(file);
    if (credentials === undefined) return undefined;
    if (typeof credentials.type === 'string') return { from };
  } catch {
    // What such a file holds is not to be shown.
  }
  return { missing: `${file} holds no credentials` };
}

function folderOf({ CLOUDSDK_CONFIG, APPDATA, HOME }: NodeJS.ProcessEnv): string {
  if (CLOUDSDK_CONFIG) return CLOUDSDK_CONFIG;
  return process.platform === 'win32' && APPDATA
    ? join(APPDATA, 'gcloud')
    : join(HOME ?? homedir(), '.config', 'gcloud');
}
