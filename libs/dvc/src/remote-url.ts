import { isAbsolute, posix } from 'node:path';
import { PlatformError } from '@ml-platform/errors';

/** What a store is called here, and what DVC calls it. */
const SCHEMES: Readonly<Record<string, string>> = { s3: 's3', gs: 'gs', az: 'azure', azure: 'azure' };

/**
 * Where a remote lies, as `.dvc/config` has it: `s3://`, `gs://` or `azure://` with a bucket and a path, or a folder, a relative
 * one from the workspace (DVC counts it from `.dvc`).
 *
 * @throws PlatformError `usage` for another scheme, no bucket, or one that holds a password.
 */
export function remoteUrl(place: string): string {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(place) ?? [];
  if (scheme === undefined) return folder(place);
  const known = SCHEMES[scheme.toLowerCase()];
  if (known === undefined) throw refuse(`'${scheme}://' is no store for data`);
  if (/[@?]/.test(rest)) throw refuse('it holds a key or a password, and would be committed', KEEP_SECRETS);
  if (!/^[^/\s]{3,}(\/\S*)?$/.test(rest)) throw refuse(`'${place}' has no bucket`);
  return `${known}://${rest.replace(/\/+$/, '')}`;
}

const KEEP_SECRETS = 'sign in to the cloud on this machine, or: npx platform dvc remote modify --local data KEY VALUE';

function folder(place: string): string {
  const path = place.replaceAll('\\', '/').replace(/(?<=.)\/+$/, '');
  if (path.trim() === '' || /[\n\r]/.test(path)) throw refuse('it is empty');
  if (isAbsolute(place) || /^[A-Za-z]:\//.test(path)) return path;
  const fromRoot = posix.normalize(path);
  if (!fromRoot.startsWith('..'))
    throw refuse(`the folder '${place}' is inside of the workspace, and would be lost with it`);
  return posix.join('..', fromRoot);
}

function refuse(
  why: string,
  hint = 'name a bucket, s3://acme-data/dvc (or gs://, azure://), or a folder elsewhere, ../acme-data',
): PlatformError {
  return new PlatformError(`the data can't be stored there: ${why}`, { code: 'usage', hint });
}
