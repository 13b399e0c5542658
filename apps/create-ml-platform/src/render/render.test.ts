import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Answers, resolveAnswers } from '../answers/answers.ts';
import { problemWith } from '../answers/project-name.ts';
import { readTemplate } from '../pack/read-template.ts';
import { changedTemplate, smallTemplate, textOf } from '../testing/fixture-template.ts';
import { render } from './render.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const withExample = resolveAnswers({ name: 'acme' });
const without: Answers = { ...withExample, example: 'none' };

test('a feature is a set of whole folders', () => {
  expect(render(smallTemplate(), withExample).has('apps/flight-delays/package.json')).toBe(true);
  expect([...render(smallTemplate(), without).keys()]).toEqual([
    '.gitignore',
    'README.md',
    'apps/platform/package.json',
    'apps/platform/src/index.ts',
    'libs/errors/package.json',
    'libs/errors/src/index.ts',
    'package.json',
    'platform.json',
    'tsconfig.json',
  ]);
});

test('the README is that of the chosen features', () => {
  expect(textOf(render(smallTemplate(), withExample), 'README.md')).toBe('# acme\n\nWith the example.\n');
  expect(textOf(render(smallTemplate(), without), 'README.md')).toBe('# acme\n\nWithout.\n');
});

test('where two features meet, what both bring stands over what one brings', () => {
  const files = {
    'templates/github/workflows/ci.yml': 'of github\n',
    'templates/github/actions/login/action.yml': 'of github\n',
    'templates/github-aws/actions/login/action.yml': 'of both\n',
    'templates/github-aws/workflows/deploy.yml': 'of both\n',
  };
  const github = (answers: Answers) => {
    const tree = render(changedTemplate('1.2.3', files), answers);
    return Object.fromEntries(
      [...tree.keys()].filter((path) => path.startsWith('.github')).map((path) => [path, textOf(tree, path)]),
    );
  };
  const alone = { '.github/actions/login/action.yml': 'of github\n', '.github/workflows/ci.yml': 'of github\n' };
  expect(github(without)).toEqual(alone);
  expect(github({ ...without, clouds: ['aws'] })).toEqual({
    ...alone,
    '.github/actions/login/action.yml': 'of both\n',
    '.github/workflows/deploy.yml': 'of both\n',
  });
  expect(github({ ...without, clouds: ['aws'], ci: [] })).toEqual({});
});

test("the root manifest loses what is this repository's own", () => {
  expect(JSON.parse(textOf(render(smallTemplate(), withExample), 'package.json'))).toEqual({
    name: 'acme',
    version: '0.1.0',
    private: true,
    workspaces: ['apps/*', 'libs/*'],
    scripts: { test: 'vitest run' },
    devDependencies: { vitest: '1.0.0' },
    allowScripts: { esbuild: false },
  });
});

test('the scope is renamed in code and manifests, and dependencies stand in the order of npm', () => {
  const tree = render(smallTemplate(), withExample);
  expect(textOf(tree, 'apps/platform/src/index.ts')).toContain("from '@acme/errors'");
  expect(Object.keys(JSON.parse(textOf(tree, 'apps/platform/package.json')).dependencies)).toEqual([
    '@acme/errors',
    'zod',
  ]);
});

test('platform.json records the version and the answers', () => {
  expect(JSON.parse(textOf(render(smallTemplate(), without), 'platform.json'))).toEqual({
    template: 'create-ml-platform@1.2.3',
    answers: { name: 'acme', example: 'none', clouds: [], ci: ['github'] },
  });
});

test('for any name: the same files every time, and nothing of our own name', () => {
  const names = fc.stringMatching(/^[a-z][a-z0-9]{0,20}(-[a-z0-9]{1,10}){0,2}$/).filter((name) => !problemWith(name));
  fc.assert(
    fc.property(names, (name) => {
      const tree = render(smallTemplate(), { ...withExample, name });
      expect(render(smallTemplate(), { ...withExample, name })).toEqual(tree);
      for (const [path, { content }] of tree) {
        if (path !== 'platform.json') expect(Buffer.from(content).toString()).not.toMatch(/(?<!create-)ml-platform/);
      }
    }),
  );
});

test.each([
  { example: 'flight-delays', clouds: [] },
  { example: 'none', clouds: ['aws'] },
])('with $example and $clouds, every workspace that a manifest depends on is there', (chosen) => {
  const tree = render(readTemplate(repository, '0.1.0'), { ...withExample, ...chosen });
  const manifests = [...tree.keys()].filter((path) => /^(?:\w+\/[\w-]+\/)?package\.json$/.test(path));
  const parsed = manifests.map((path) => JSON.parse(textOf(tree, path)));
  const present = new Set(parsed.map(({ name }) => name));
  const wanted = parsed.flatMap(({ dependencies, devDependencies }) =>
    Object.keys({ ...dependencies, ...devDependencies }),
  );
  expect(wanted.filter((name) => name.startsWith('@acme/') && !present.has(name))).toEqual([]);
});
