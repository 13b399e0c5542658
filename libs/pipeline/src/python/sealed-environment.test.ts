import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pythonEnvironment } from './python-environment.ts';
import { interpreter } from './uv.ts';

let folder: string;
let requirements: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealed-'));
  requirements = join(folder, 'mine.txt');
  await writeFile(requirements, 'idna==3.7\n');
  vi.stubEnv('ML_PYTHON_ENVIRONMENT', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('an environment that is named is taken where it was made of the same requirements', async () => {
  await writeFile(join(folder, 'requirements.txt'), 'idna==3.7\n');
  expect(await pythonEnvironment(requirements)).toBe(interpreter(folder));
});

test('one of other requirements is refused, and so is a folder without one: nothing is made', async () => {
  await expect(pythonEnvironment(requirements)).rejects.toThrow(
    `ML_PYTHON_ENVIRONMENT is ${folder}, which holds no environment`,
  );
  await writeFile(join(folder, 'requirements.txt'), 'idna==3.6\n');
  await expect(pythonEnvironment(requirements)).rejects.toMatchObject({
    code: 'environment',
    message: `ML_PYTHON_ENVIRONMENT is ${folder}, which was made of other requirements than ${requirements}`,
    hint: 'build the image again, or unset ML_PYTHON_ENVIRONMENT where the environment may be made now',
  });
});
