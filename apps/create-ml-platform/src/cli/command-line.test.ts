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

test('the commands that work in a project', () => {
  const merge = { dryRun: false, install: true, json: false };
  expect(parseCommandLine(['update'])).toEqual({ kind: 'update', version: undefined, force: false, ...merge });
  expect(parseCommandLine(['update', '1.2.3', '--force', '--dry-run', '--no-install', '--json'])).toEqual({
    kind: 'update',
    version: '1.2.3',
    force: true,
    dryRun: true,
    install: false,
    json: true,
  });
  expect(parseCommandLine(['add', 'a', 'b'])).toEqual({ kind: 'add', features: ['a', 'b'], ...merge });
  expect(parseCommandLine(['remove', 'a', '--json'])).toEqual({
    kind: 'remove',
    features: ['a'],
    ...merge,
    json: true,
  });
  expect(parseCommandLine(['diff', '--patch'])).toEqual({ kind: 'diff', patch: true, json: false });
  for (const name of ['update', 'add', 'remove']) {
    expect(parseCommandLine([name, '--abort'])).toEqual({ kind: 'abort', json: false });
  }
  const doctor = { kind: 'doctor', offline: false, strict: false, json: false, debug: false };
  expect(parseCommandLine(['doctor'])).toEqual(doctor);
  expect(parseCommandLine(['doctor', '--offline', '--strict', '--debug'])).toEqual({
    ...doctor,
    offline: true,
    strict: true,
    debug: true,
  });
  for (const name of ['update', 'add', 'remove', 'diff', 'doctor']) {
    expect(parseCommandLine([name, '--help'])).toEqual({ kind: 'help', of: name });
  }
});

test.each([
  [
    ['update', 'latest'],
    "'latest' is no version: expected one like 1.2.3",
    'npx create-ml-platform@latest update takes the newest',
  ],
  [['update', '1.2.3', '1.2.4'], 'expected one version, got 1.2.3 1.2.4', 'see npx create-ml-platform update --help'],
  [['update', '1.2.3', '--abort'], '--abort takes nothing else, got 1.2.3', 'see npx create-ml-platform update --help'],
  [['update', '--abbort'], 'unknown flag --abbort', 'did you mean --abort?'],
  [['update', '--patch'], 'unknown flag --patch', 'see npx create-ml-platform update --help'],
  [['add'], 'add needs the name of a feature', 'see npx create-ml-platform add --help'],
  [['remove', '--dry-run=x', 'a'], '--dry-run takes no value', 'see npx create-ml-platform remove --help'],
  [['doctor', 'a'], 'doctor takes no names, got a', 'see npx create-ml-platform doctor --help'],
  [['doctor', '--stirct'], 'unknown flag --stirct', 'did you mean --strict?'],
  [['diff', 'a'], 'diff takes no names, got a', 'see npx create-ml-platform diff --help'],
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
