import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** Where a base image made here keeps the certificates that this machine trusts. */
export const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** This machine's certificates, where its package managers are told of any; `undefined` where they use their own. */
export function certificates(
  { NODE_EXTRA_CA_CERTS, SSL_CERT_FILE }: NodeJS.ProcessEnv = process.env,
): string | undefined {
  return NODE_EXTRA_CA_CERTS ?? SSL_CERT_FILE;
}

/** The secrets of our Dockerfiles, which lead npm and pip to the registries that this machine uses. */
export async function registrySecrets(): Promise<Readonly<Record<'npmrc' | 'pip', string>>> {
  const own = await readFile(join(homedir(), '.npmrc'), 'utf8').catch(() => '');
  const { stdout: registry } = await execa('npm', ['config', 'get', 'registry']);
  return { npmrc: `${own}\nregistry=${registry}\n`, pip: `[global]\n${(await pipSettings()).join('\n')}\n` };
}

const PIP_SETTINGS = ['index-url', 'extra-index-url', 'trusted-host', 'timeout'];

async function pipSettings(): Promise<string[]> {
  const { stdout } = await execa('python3', ['-m', 'pip', 'config', 'list'], { reject: false });
  const settings = [...(stdout ?? '').matchAll(/^[^.]+\.(?:default-)?([\w-]+)='(.*)'$/gm)].map(
    ([, name = '', value]) => [name, value],
  );
  const kept = new Map(settings.filter(([name = '']) => PIP_SETTINGS.includes(name)) as [string, string][]);
  return [...kept.entries(), ...(certificates() ? [['cert', CERTIFICATES]] : [])].map((pair) => pair.join(' = '));
}
