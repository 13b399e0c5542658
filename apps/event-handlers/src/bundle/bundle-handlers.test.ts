import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundleHandlers, HANDLERS } from './bundle-handlers.ts';

const run = promisify(execFile);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handlers-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('each handler is one file that runs by itself, and the same bytes wherever it is written', async () => {
  await bundleHandlers(join(folder, 'one'));
  await bundleHandlers(join(folder, 'other'));
  for (const name of HANDLERS) {
    const file = join(folder, 'one', name, 'index.mjs');
    const code = await readFile(file, 'utf8');
    expect(code).toBe(await readFile(join(folder, 'other', name, 'index.mjs'), 'utf8'));
    expect(code).not.toContain(folder);
    const script = `const { handler } = await import(${JSON.stringify(file)}); console.log(typeof handler);`;
    const env = { PATH: process.env.PATH, AWS_REGION: 'eu-central-1' };
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, env });
    expect(stdout).toBe('function\n');
  }
});
