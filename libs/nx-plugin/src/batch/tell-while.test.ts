import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { tellingOf, tellWhile, type Telling } from './tell-while.ts';

async function told(telling: Telling, pause = 0) {
  const shown: string[] = [];
  const work = async (say: (line: string) => void) => {
    for (const line of ['one\n', 'two\n', 'three\n']) say(line);
    await setTimeout(pause);
    return true;
  };
  return { ...(await tellWhile(work, telling, (text) => shown.push(text), 20)), shown };
}

test('a step is shown as it speaks, or when it is done', async () => {
  expect(await told('stream')).toEqual({ success: true, output: '', shown: ['one\n', 'two\n', 'three\n'] });
  expect(await told('screen')).toMatchObject({ output: 'one\ntwo\nthree\n', shown: ['one\n', 'two\n', 'three\n'] });
  expect(await told('done')).toMatchObject({ output: 'one\ntwo\nthree\n', shown: [] });
});

test('a step that takes long is heard of meanwhile, by what it said last and once for each', async () => {
  expect((await told('done', 200)).shown).toEqual(['three\n']);
});

test('Nx says how it shows output', () => {
  expect(tellingOf({})).toBe('done');
  expect(tellingOf({ NX_STREAM_OUTPUT: 'true' })).toBe('stream');
  expect(tellingOf({ NX_STREAM_OUTPUT: 'true', ML_NX_SCREEN: 'true' })).toBe('screen');
});
