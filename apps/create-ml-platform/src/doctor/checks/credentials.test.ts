import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layOut, machineAt } from '../testing/lay-out.ts';
import { credentialsCheck } from './credentials.ts';
import { awsSource } from './credentials-aws.ts';
import { azureSource } from './credentials-azure.ts';
import { googleSource } from './credentials-google.ts';

const SECRET = 'wJalrXUtnFEMI';

test('clouds that the project uses are looked at, by what uses them', async () => {
  const folder = layOut({
    'platform.json': { answers: { clouds: ['gcp'] } },
    '.dvc/config': `['remote "store"']\n    url = s3://data\n`,
  });
  const env = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: SECRET };
  expect(await credentialsCheck.look(machineAt(folder, env))).toEqual([
    { status: 'ok', what: 'AWS', found: 'by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY' },
    {
      status: 'warning',
      what: 'Google Cloud',
      found: "nobody has signed in; a machine's own identity is not looked for",
      wanted: 'credentials, for platform.json',
      mend: 'gcloud auth application-default login',
    },
  ]);
  expect(await credentialsCheck.look(machineAt(layOut({ 'platform.json': '{' })))).toEqual([]);
});

test('AWS: variables, tokens, profiles', () => {
  const home = layOut({
    '.aws/credentials': `[default]\naws_access_key_id = AKIA\naws_secret_access_key = ${SECRET}\n[empty]\nregion = x\n`,
    '.aws/config': '[profile work]\nsso_session = corp\n[sso-session corp]\nsso_start_url = https://x\n',
  });
  const look = (env: NodeJS.ProcessEnv) => awsSource({ HOME: home, ...env });
  expect(look({})).toEqual({ from: 'the profile default' });
  expect(look({ AWS_PROFILE: 'work', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' })).toEqual({
    from: 'the profile work',
  });
  expect(look({ AWS_PROFILE: 'empty' })).toEqual({ missing: 'the profile empty has no credentials' });
  expect(look({ AWS_PROFILE: 'corp' })).toEqual({ missing: 'AWS_PROFILE is corp, and there is no such profile' });
  expect(look({ AWS_ACCESS_KEY_ID: 'a' })).toEqual({
    missing: 'AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not',
  });
  expect(look({ AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: 'arn:x' })).toMatchObject({
    from: 'AWS_WEB_IDENTITY_TOKEN_FILE',
  });
  expect(look({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' })).toEqual({ from: "the container's role" });
  expect(awsSource({ HOME: layOut({}) })).toEqual({ missing: 'none in the environment, nor in ~/.aws' });
  expect(look({ AWS_SHARED_CREDENTIALS_FILE: '/no', AWS_CONFIG_FILE: join(home, '.aws/config') })).toMatchObject({
    missing: expect.any(String),
  });
});

test('Google Cloud: a named file, or who has signed in', () => {
  const folder = layOut({
    'key.json': { type: 'service_account', private_key: SECRET },
    'bad.json': `{ "k": "${SECRET}"`,
  });
  const at = (name: string) => googleSource({ HOME: folder, GOOGLE_APPLICATION_CREDENTIALS: join(folder, name) });
  expect(at('key.json')).toEqual({ from: 'GOOGLE_APPLICATION_CREDENTIALS' });
  expect(at('none.json')).toEqual({ missing: 'GOOGLE_APPLICATION_CREDENTIALS names a file that is not there' });
  expect(at('bad.json')).toEqual({ missing: `${join(folder, 'bad.json')} holds no credentials` });
  const gcloud = layOut({ 'application_default_credentials.json': { type: 'authorized_user' } });
  expect(googleSource({ CLOUDSDK_CONFIG: gcloud })).toEqual({ from: 'gcloud auth application-default login' });
});

test('Azure: a principal, a workload, a managed identity, who has signed in', () => {
  const ids = { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', HOME: layOut({}) };
  expect(azureSource({ ...ids, AZURE_CLIENT_SECRET: SECRET })).toEqual({ from: 'AZURE_CLIENT_SECRET' });
  expect(azureSource({ ...ids, AZURE_FEDERATED_TOKEN_FILE: '/t' })).toEqual({ from: 'AZURE_FEDERATED_TOKEN_FILE' });
  expect(azureSource({ ...ids, IDENTITY_ENDPOINT: 'http://x' })).toEqual({ from: "the service's managed identity" });
  expect(azureSource(ids)).toEqual({ missing: 'none in the environment, and nobody has signed in' });
  expect(azureSource({ HOME: layOut({}), AZURE_CLIENT_SECRET: SECRET })).toEqual({
    missing: 'AZURE_CLIENT_SECRET is set, and AZURE_TENANT_ID or AZURE_CLIENT_ID is not',
  });
  const profile = (subscriptions: object[]) =>
    azureSource({ AZURE_CONFIG_DIR: layOut({ 'azureProfile.json': `\uFEFF${JSON.stringify({ subscriptions })}` }) });
  expect(profile([{ id: 'x' }])).toEqual({ from: 'az login' });
  expect(profile([])).toMatchObject({ missing: expect.any(String) });
});
