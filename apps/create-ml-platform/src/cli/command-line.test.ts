import { expect, test } from 'vitest';
import { parseCommandLine } from './command-line.ts';

test('flags become options', () => {
  const args = [
    'acme',
    '--example',
    'none',
    '--clouds',
    'aws, gcp',
    '--yes',
    '--dry-run',
    '--no-install',
    '--no-git',
    '--json',
  ];
  expect(parseCommandLine(args)).toEqual({
    kind: 'create',
    folder: 'acme',
    name: undefined,
    example: 'none',
    clouds: ['aws', 'gcp'],
    ci: undefined,
    yes: true,
    dryRun: true,
    install: false,
    git: false,
    json: true,
  });
});

test('the other commands', () => {
  expect(parseCommandLine(['--help'])).toEqual({ kind: 'help' });
  expect(parseCommandLine(['-v'])).toEqual({ kind: 'version' });
  expect(parseCommandLine(['render', '--answers', '{}', '--json'])).toEqual({
    kind: 'render',
    answers: '{}',
    json: true,
  });
});

test.each([
  [['--no-instal'], 'unknown flag --no-instal', 'did you mean --no-install?'],
  [['--nothing-like-it'], 'unknown flag --nothing-like-it', 'see npx create-ml-platform --help'],
  [['-x'], 'unknown flag -x', 'see npx create-ml-platform --help'],
  [['a', 'b'], 'expected one name, got 2: a b', 'see npx create-ml-platform --help'],
  [['a', '--answers', '{}'], '--answers belongs to the render command', 'see npx create-ml-platform --help'],
  [['render'], 'render needs answers', expect.stringContaining('--answers')],
  [['a', '--example'], '--example needs a value', 'see npx create-ml-platform --help'],
  [['a', '--example', '--yes'], '--example needs a value', 'see npx create-ml-platform --help'],
  [['a', '--yes=no'], '--yes takes no value', 'see npx create-ml-platform --help'],
])('%j is refused', (args, message, hint) => {
  expect(() => parseCommandLine(args)).toThrow(expect.objectContaining({ message, hint, code: 'usage' }));
});
