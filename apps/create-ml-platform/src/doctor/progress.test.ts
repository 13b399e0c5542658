import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { showProgress } from './progress.ts';

function shown(isTTY: boolean): string {
  const stream = Object.assign(new PassThrough(), { isTTY });
  const { progress, stop } = showProgress(stream as unknown as NodeJS.WriteStream);
  progress(['Node', 'pipelines']);
  progress(['pipelines']);
  stop();
  return String(stream.read() ?? '').replaceAll('\u001b[K', '');
}

test('at a terminal one line says what is still looked at, and goes; elsewhere there is none', () => {
  expect(shown(true)).toBe('\rlooking at Node, pipelines …\rlooking at pipelines …\r');
  expect(shown(false)).toBe('');
});
