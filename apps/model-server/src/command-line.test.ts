import { expect, test } from 'vitest';
import { readCommandLine } from './command-line.ts';

test('flags win over the environment, the environment over defaults', () => {
  const defaults = {
    model: 'delays',
    alias: 'champion',
    models: 'models',
    port: 8080,
    host: '127.0.0.1',
    json: false,
  };
  expect(readCommandLine(['--model', 'delays'], {})).toEqual(defaults);
  expect(readCommandLine(['--model=delays'], { PORT: '', HOST: '' })).toEqual(defaults);
  const env = { PORT: '9000', HOST: '0.0.0.0' };
  expect(readCommandLine(['--model', 'delays'], env)).toEqual({ ...defaults, port: 9000, host: '0.0.0.0' });
  const flags = ['--model', 'delays', '--alias', '2', '--models', 'm', '--port', '0', '--host', '::1', '--json'];
  expect(readCommandLine(flags, env)).toEqual({
    model: 'delays',
    alias: '2',
    models: 'm',
    port: 0,
    host: '::1',
    json: true,
  });
});

test('help needs nothing else', () => {
  expect(readCommandLine(['--help'], {})).toBeUndefined();
});

test.each([
  [[], {}, 'no model is named'],
  [['--model', 'a', '--port', '70000'], {}, '--port is "70000", expected a number from 0 to 65535'],
  [['--model', 'a', '--port', 'x'], {}, '--port is "x"'],
  [['--model', 'a'], { PORT: '1e3' }, 'PORT is "1e3"'],
  [['--modle', 'a'], {}, "Unknown option '--modle'"],
  [['a'], {}, "Unexpected argument 'a'"],
])('%j with %j is refused', (args, env, message) => {
  expect(() => readCommandLine(args, env)).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }),
  );
});
