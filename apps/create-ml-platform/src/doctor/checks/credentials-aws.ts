import { homedir } from 'node:os';
import { join } from 'node:path';
import { readText } from '../machine/files.ts';
import type { Source } from './credentials.ts';

/** A profile with one of these can sign in. Source: AWS SDKs and Tools reference guide, "Settings reference". */
const SIGNS_IN = /^\s*(?:aws_access_key_id|credential_process|role_arn|sso_session|sso_start_url|login_session)\s*=/m;

/** In the order of the AWS SDK for JavaScript's default chain; roles of machines apart. */
export function awsSource(env: NodeJS.ProcessEnv): Source {
  const { AWS_PROFILE: profile } = env;
  // A profile that is named wins over keys in the environment.
  if (profile) return ofProfile(profile, env);
  const { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret } = env;
  if (key && secret) return { from: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY' };
  if (key) return { missing: 'AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not' };
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN) return { from: 'AWS_WEB_IDENTITY_TOKEN_FILE' };
  if (env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI)
    return { from: "the container's role" };
  return ofProfile('default', env);
}

function ofProfile(profile: string, env: NodeJS.ProcessEnv): Source {
  const credentials = env.AWS_SHARED_CREDENTIALS_FILE ?? join(homeOf(env), '.aws', 'credentials');
  const config = env.AWS_CONFIG_FILE ?? join(homeOf(env), '.aws', 'config');
  const sections = [
    sectionOf(credentials, profile),
    sectionOf(config, profile === 'default' ? profile : `profile ${profile}`),
  ].filter((section) => section !== undefined);
  if (sections.some((section) => SIGNS_IN.test(section))) return { from: `the profile ${profile}` };
  if (sections.length > 0) return { missing: `the profile ${profile} has no credentials` };
  const named = env.AWS_PROFILE ? `AWS_PROFILE is ${profile}, and there is no such profile` : undefined;
  return { missing: named ?? 'none in the environment, nor in ~/.aws' };
}

function sectionOf(file: string, name: string): string | undefined {
  const parts = (readText(file) ?? '').split(/^\s*\[([^\]]+)\].*$/m);
  const index = parts.findIndex((part, at) => at % 2 === 1 && part.trim() === name);
  return index < 0 ? undefined : parts[index + 1];
}

function homeOf(env: NodeJS.ProcessEnv): string {
  return env.HOME ?? env.USERPROFILE ?? homedir();
}
