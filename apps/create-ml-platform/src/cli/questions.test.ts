import { PassThrough } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ask, type Known } from './questions.ts';

const nothing: Known = {
  folder: undefined,
  name: undefined,
  example: undefined,
  clouds: undefined,
  ci: undefined,
  remote: undefined,
};
const ENTER = '\r';
const SPACE = ' ';
const DOWN = '\u001b[B';
const CTRL_C = '\u0003';

/** Answers each prompt with the next keys; returns what came of it, and what was shown. */
async function answer(known: Known, keys: readonly string[]) {
  const streams = { input: new PassThrough(), output: new PassThrough() };
  let shown = '';
  streams.output.on('data', (chunk) => {
    shown += chunk;
  });
  const asked = ask(known, (folder) => folder, streams);
  for (const key of keys) {
    await setTimeout(50);
    streams.input.write(key);
  }
  return { asked: await asked, shown };
}

test('what no flag said is asked; what a project usually has is chosen already', async () => {
  const { asked } = await answer(nothing, ['acme', ENTER, DOWN, ENTER, SPACE, ENTER, ENTER, ENTER]);
  const chosen = { example: 'none', clouds: ['aws'], ci: ['github'], remote: 'none' };
  expect(asked).toEqual({ folder: 'acme', name: 'acme', ...chosen });
});

test('what a flag said is not asked', async () => {
  const known = { ...nothing, folder: 'acme', example: 'none', clouds: [], ci: [], remote: '../data' };
  const { asked } = await answer(known, []);
  expect(asked).toEqual({ folder: 'acme', name: 'acme', example: 'none', clouds: [], ci: [], remote: '../data' });
});

test('a place that data can not be shared at is refused while it is typed', async () => {
  const { asked, shown } = await answer({ ...nothing, folder: 'acme', example: 'none', clouds: [], ci: [] }, [
    'here',
    ENTER,
    '\u0015gs://lake',
    ENTER,
  ]);
  expect(shown).toContain('inside of the workspace');
  expect(asked?.remote).toBe('gs://lake');
});

test('a wrong name is refused while it is typed', async () => {
  const { asked, shown } = await answer(nothing, ['fs', ENTER, '-x', ENTER, ENTER, ENTER, ENTER, ENTER]);
  expect(shown).toContain('module of Node');
  expect(asked?.folder).toBe('fs-x');
});

test.each([[[CTRL_C]], [['acme', ENTER, CTRL_C]]])('giving up gives nothing', async (keys) => {
  expect((await answer(nothing, keys)).asked).toBeUndefined();
});
