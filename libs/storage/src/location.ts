import { fileURLToPath } from 'node:url';
import { PlatformError } from '@ml-platform/errors';

/** Which service, and how OpenDAL is told where in it. */
export interface Location {
  readonly scheme: 'fs' | 's3' | 'gcs' | 'azblob';
  readonly options: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const FORMS = 'file:///folder, s3://bucket/prefix, gs://bucket/prefix, az://container/prefix';

/** Whether a text is a location in a store, and no path of this machine (`C:\data` is one). */
export function isLocation(text: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(text);
}

/**
 * Reads a URI. Credentials come from where each cloud's own tools look for them; `AWS_ENDPOINT_URL`, `AWS_REGION` and
 * `AZURE_STORAGE_ACCOUNT`, `AZURE_STORAGE_KEY`, `AZURE_STORAGE_ENDPOINT` and `STORAGE_EMULATOR_HOST` are read here.
 *
 * @throws PlatformError `usage` for a scheme that isn't one of these, or without a bucket; `config` for Azure without an
 * account.
 */
export function parseLocation(uri: string, env: Environment = process.env): Location {
  const [, scheme = '', bucket = '', path = ''] = /^([a-z\d+.-]+):\/\/([^/]*)(.*)$/i.exec(uri) ?? [];
  const root = path.replace(/\/+$/, '') || '/';
  if (scheme === 'file' && bucket === '') return { scheme: 'fs', options: { root: fileURLToPath(`file://${root}`) } };
  if (bucket === '') throw refuse(uri);
  if (scheme === 's3') return { scheme: 's3', options: { bucket, root, ...awsOptions(env) } };
  if (scheme === 'gs') return { scheme: 'gcs', options: { bucket, root, ...googleOptions(env) } };
  if (scheme === 'az') return { scheme: 'azblob', options: { container: bucket, root, ...azureOptions(env) } };
  throw refuse(uri);
}

function awsOptions({ AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION }: Environment) {
  const endpoint = AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL;
  return { region: AWS_REGION ?? AWS_DEFAULT_REGION ?? 'us-east-1', ...(endpoint !== undefined && { endpoint }) };
}

/** As in Google's own libraries; an emulator asks nobody who he is. */
function googleOptions({ STORAGE_EMULATOR_HOST: host }: Environment) {
  if (!host) return {};
  const endpoint = host.includes('://') ? host : `http://${host}`;
  return { endpoint, allow_anonymous: 'true', disable_config_load: 'true', disable_vm_metadata: 'true' };
}

function azureOptions({ AZURE_STORAGE_ACCOUNT, AZURE_STORAGE_KEY, AZURE_STORAGE_ENDPOINT }: Environment) {
  if (AZURE_STORAGE_ACCOUNT === undefined) {
    throw new PlatformError('az:// needs the name of a storage account', {
      code: 'config',
      hint: 'set AZURE_STORAGE_ACCOUNT',
    });
  }
  return {
    account_name: AZURE_STORAGE_ACCOUNT,
    endpoint: AZURE_STORAGE_ENDPOINT ?? `https://${AZURE_STORAGE_ACCOUNT}.blob.core.windows.net`,
    ...(AZURE_STORAGE_KEY !== undefined && { account_key: AZURE_STORAGE_KEY }),
  };
}

function refuse(uri: string): PlatformError {
  return new PlatformError(`${uri} is no location in a store, expected one of ${FORMS}`, {
    code: 'usage',
    hint: 'name a bucket and a prefix: s3://bucket/prefix',
  });
}
