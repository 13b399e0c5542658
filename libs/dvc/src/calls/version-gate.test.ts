import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDvc } from '../open-dvc.ts';
import { isSupported } from './version-gate.ts';

let folder: string;
let command: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dvc-gate-'));
  command = join(folder, 'dvc');
});
afterEach(() => rm(folder, { recursive: true }));

/** A program by that name that isn't DVC, or an old one. */
const program = (script: string) =>
  writeFile(command, `#!/bin/sh\necho x >> ${folder}/calls\n${script}\n`, { mode: 0o755 });

test('the range: from 3.67.0, below 4', () => {
  expect(['3.66.9', '3.67.0', '3.100.2', '4.0.0', '2.99.0'].map(isSupported)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
});

test('no DVC: what to install', async () => {
  const hint = "pip install 'dvc>=3.67,<4'";
  await expect(openDvc(folder, { env: { PATH: folder } }).version()).rejects.toMatchObject({
    reason: 'noDvc',
    code: 'environment',
    message: "there is no 'dvc' on this machine's PATH",
    hint,
  });
  await expect(openDvc(folder, { command }).version()).rejects.toMatchObject({ reason: 'noDvc', hint });
});

test('another version: which it is, and which is wanted; once it is replaced, the new one counts', async () => {
  await program('echo 3.50.1');
  const dvc = openDvc(folder, { env: { PATH: `${folder}:${process.env.PATH}` } });
  await expect(dvc.status()).rejects.toMatchObject({
    reason: 'wrongVersion',
    message: `${command} is 3.50.1, expected a version >=3.67.0 and <4.0.0`,
  });
  await program('echo 3.70.2');
  expect(await dvc.version()).toBe('3.70.2');
  await rm(join(folder, 'calls'));
  expect(await openDvc(folder, { command }).version()).toBe('3.70.2');
  await expect(rm(join(folder, 'calls'))).rejects.toThrow('ENOENT');
});

test('a program that is no DVC, and output that is not what it was', async () => {
  await program('echo hello');
  await expect(openDvc(folder, { command }).version()).rejects.toMatchObject({
    reason: 'wrongVersion',
    message: `${command} is no DVC: hello, expected a version >=3.67.0 and <4.0.0`,
  });
  await program(`[ "$1" = --version ] && echo 3.67.1 || echo '{"train": [{"changed deps": {"a": "stale"}}]}'`);
  await expect(openDvc(folder, { command }).status()).rejects.toMatchObject({
    reason: 'unexpectedOutput',
    message: expect.stringContaining("dvc status printed what isn't expected at 'train.0'"),
  });
  await program('[ "$1" = --version ] && echo 3.67.1 || { echo "ERROR: something new" >&2; exit 1; }');
  await expect(openDvc(folder, { command }).push()).rejects.toMatchObject({
    reason: 'unknown',
    message: `dvc push in ${folder}: something new`,
  });
});
