import { delimiter } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { installCommand } from './install-command.ts';
import { shellEnvironment } from './environment.ts';
import { redactor } from './redact.ts';
import { isAtLeast, minimumOf, versionIn } from './versions.ts';
import { toolFolder } from '../testing/lay-out.ts';

afterEach(() => vi.unstubAllEnvs());

test('what npx puts before the PATH is not of the shell', () => {
  const own = ['/usr/local/bin', '/opt/node_modules/tool'];
  const ofNpm = [
    '/acme/node_modules/.bin',
    '/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin',
  ];
  vi.stubEnv('PATH', [...ofNpm, ...own].join(delimiter));
  vi.stubEnv('GIT_DIR', '/elsewhere/.git');
  vi.stubEnv('npm_config_package', 'create-ml-platform');
  const env = shellEnvironment();
  expect(env.PATH).toBe(own.join(delimiter));
  expect(env).not.toHaveProperty('GIT_DIR');
  expect(env).not.toHaveProperty('npm_config_package');
});

test('secrets are struck out, wherever they turn up; paths that exist are not', () => {
  const redact = redactor({ MY_TOKEN: 'hunter2/+', DB_PASSWORD: 'short', SSH_AUTH_SOCK: '/', PWD: '/usr', KEY: 'x' });
  expect(redact('at hunter2/+ and hunter2%2F%2B in /usr')).toBe('at *** and *** in /usr');
  expect(redact('https://ada:pass@host/x?sig=abc&ok=1 then git@host')).toBe(
    'https://***@host/x?sig=***&ok=*** then git@host',
  );
});

test('versions are found and compared by their numbers', () => {
  expect(versionIn('git version 2.39.5 (Apple Git-154)')).toBe('2.39.5');
  expect(isAtLeast('3.11.2', '3.11')).toBe(true);
  expect(isAtLeast('3.9', '3.11')).toBe(false);
  expect(minimumOf('>=20')).toBe('20');
  expect(minimumOf('^20 || >=24')).toBeUndefined();
});

test('without a package manager that has it, a page is named', () => {
  expect(installCommand('node', { PATH: toolFolder({ 'apt-get': '' }) })).toBe('see https://nodejs.org/en/download');
  expect(installCommand('dvc', { PATH: toolFolder({ uv: '' }) })).toBe('uv tool install dvc');
});
