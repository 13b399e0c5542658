import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { toolFolder } from '../testing/lay-out.ts';
import { runTool } from './run-tool.ts';

function run(script: string, patience = 10) {
  const tools = toolFolder({ tool: script });
  return runTool({
    program: join(tools, 'tool'),
    args: ['a b'],
    cwd: tools,
    env: { PATH: process.env.PATH },
    patience,
  });
}

test('what a program prints, and how it ends', async () => {
  expect(await run('echo "$1"; echo no >&2; exit 3')).toEqual({ exit: 3, stdout: 'a b\n', stderr: 'no\n' });
  expect(await run('kill -9 $$')).toMatchObject({ exit: 'killed' });
  const nothing = { program: 'nothing-of-that-name', args: [], cwd: '/', env: { PATH: '' }, patience: 10 };
  expect(await runTool(nothing)).toMatchObject({ exit: 'missing' });
});

test('it has no terminal to ask at', async () => {
  expect(await run('read answer || echo none; (: < /dev/tty) 2> /dev/null || echo none')).toMatchObject({
    stdout: 'none\nnone\n',
  });
});

test('when its time is over, it ends with all that it started', async () => {
  const folder = temporaryFolder();
  const outlives = `(sleep 1; echo x > ${folder}/lived) & echo started; wait`;
  expect(await run(outlives, 0.3)).toMatchObject({ exit: 'late', stdout: 'started\n' });
  await setTimeout(1200);
  expect(existsSync(join(folder, 'lived'))).toBe(false);
});
