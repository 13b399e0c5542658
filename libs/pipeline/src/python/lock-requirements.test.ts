import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockRequirements } from './lock-requirements.ts';

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(project, { recursive: true }));

const requirements = (text: string) => writeFile(join(project, 'requirements.in'), text);

test('pins with hashes, no host and no path of this machine; what still fits stays', async () => {
  await requirements('idna==3.7\n');
  const lock = await lockRequirements(project);
  expect(lock).toBe(join(project, 'requirements.txt'));
  const text = await readFile(lock, 'utf8');
  expect(text).toMatch(/^idna==3\.7 \\\n(?: {4}--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+ {4}# via -r requirements\.in\n$/);
  await requirements('idna>=3.4\n');
  await lockRequirements(project);
  expect(await readFile(lock, 'utf8')).toBe(text);
  await lockRequirements(project, { upgrade: true });
  expect(await readFile(lock, 'utf8')).not.toBe(text);
  expect(await readdir(project)).toEqual(['requirements.in', 'requirements.txt']);
});

test('without a requirements.in it says what belongs there', async () => {
  await expect(lockRequirements(project)).rejects.toMatchObject({
    code: 'notFound',
    message: `${join(project, 'requirements.in')} isn't there`,
    hint: 'list the packages in it that the Python steps import, one per line',
  });
});

test('versions that do not fit together leave the lock as it was', async () => {
  await writeFile(join(project, 'requirements.txt'), 'idna==3.7\n');
  await requirements('idna==3.7\nidna==3.6\n');
  await expect(lockRequirements(project)).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(
      /requirements\.in could not be locked: Because you require idna==3\.\d and idna==3\.\d/,
    ),
  });
  expect(await readFile(join(project, 'requirements.txt'), 'utf8')).toBe('idna==3.7\n');
});
