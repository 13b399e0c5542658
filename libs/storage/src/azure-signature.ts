import { createHmac } from 'node:crypto';
import { addressOf, pathIn } from './address-of.ts';
import type { SignedRequest, SignOptions } from './object-store.ts';
import { StoreError } from './store-error.ts';

const VERSION = '2020-12-06';
const PERMISSIONS = { read: 'r', write: 'cw' };

/**
 * A service SAS for one blob, by the account's key.
 * https://learn.microsoft.com/rest/api/storageservices/create-service-sas
 */
export function signAzure(
  options: Readonly<Record<string, string>>,
  path: string,
  { access, expires }: SignOptions,
): SignedRequest {
  const { account_name: account, account_key: key, container, root = '/', endpoint } = options;
  if (key === undefined) {
    throw new StoreError("there is no account's key to sign with", 'unsupported', { hint: 'set AZURE_STORAGE_KEY' });
  }
  const expiry = new Date(Date.now() + expires * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const protocol = endpoint?.startsWith('https:') ? 'https' : 'https,http';
  const resource = `/blob/${account}/${container}/${pathIn(root, path)}`;
  // Start, identifier and IP are left empty; so are snapshot, encryption scope and the five headers of an answer.
  const fields = [
    PERMISSIONS[access],
    '',
    expiry,
    resource,
    '',
    '',
    protocol,
    VERSION,
    'b',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
  ];
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(fields.join('\n')).digest('base64');
  const query = new URLSearchParams({
    sv: VERSION,
    sp: PERMISSIONS[access],
    se: expiry,
    sr: 'b',
    spr: protocol,
    sig: signature,
  });
  return {
    method: access === 'read' ? 'GET' : 'PUT',
    url: `${endpoint}/${container}/${addressOf(root, path)}?${query}`,
    headers: access === 'read' ? {} : { 'x-ms-blob-type': 'BlockBlob' },
  };
}
