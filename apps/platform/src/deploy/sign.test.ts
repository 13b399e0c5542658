import { createHash, createHmac } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { signerOf } from './sign.ts';

afterEach(() => vi.unstubAllEnvs());

const HOST = 'abc123.execute-api.eu-central-1.amazonaws.com';
const SECRET = 'a secret key';

/** By AWS's own description. https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
function signatureOf(headers: Readonly<Record<string, string>>, body: string): string {
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');
  const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const [, date = '', signed = ''] =
    /Credential=[^/]+\/(\d{8}).*SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const lines = signed.split(';').map((name) => `${name}:${name === 'host' ? HOST : headers[name]}\n`);
  const canonical = ['POST', '/live/predict', '', lines.join(''), signed, sha(body)].join('\n');
  const scope = `${date}/eu-central-1/execute-api/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha(canonical)].join('\n');
  const key = [date, 'eu-central-1', 'execute-api', 'aws4_request'].reduce<string | Buffer>(mac, `AWS4${SECRET}`);
  return mac(key, text).toString('hex');
}

test("a question is signed for its service and region, by AWS's own rules", async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET);
  vi.stubEnv('AWS_SESSION_TOKEN', 'a token');
  const url = new URL(`https://${HOST}/live/predict`);
  const body = '{"instances":[{"hour":7}]}';
  const headers = await signerOf(url)?.({ method: 'POST', url, headers: { 'content-type': 'application/json' }, body });
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-amz-security-token': 'a token' });
  expect(headers).not.toHaveProperty('host');
  expect(headers?.authorization).toContain(`Signature=${signatureOf(headers ?? {}, body)}`);
});
