import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { problemsIn } from './problem-of.ts';

const problemOf = problemsIn(fileURLToPath(new URL('../../../../', import.meta.url)));

test.each([
  'npm run check',
  'npm ci',
  'npx platform data push --jobs 4',
  'npx platform start --help',
  'npx nx g step clean --after ingest --dry-run',
  'npx nx run infra-aws:up --env dev',
  'npx nx run flight-delays:run',
  'npx create-ml-platform@latest update --dry-run',
  'npx node apps/model-server/src/main.ts --model x',
  'git pull',
])('%s is right', async (command) => {
  expect(await problemOf(command.split(' '))).toBeUndefined();
});

test.each([
  ['npm run chek', 'package.json has no script chek'],
  ['npx platform dta push', 'there is no npx platform dta'],
  ['npx platform data pussh', 'npx platform data has no pussh'],
  ['npx platform data push --job 4', 'it has no flag --job'],
  ['npx nx g stap clean', 'there is no generator stap'],
  ['npx nx g step clean --behind ingest', 'it has no flag --behind'],
  ['npx nx run infra-aws:upp --env dev', 'stacks have no command upp'],
  ['npx create-ml-platform update --dryrun', 'unknown flag --dryrun'],
  ['npx node apps/model-server/main.ts', 'there is no file apps/model-server/main.ts'],
])('%s is not: %s', async (command, problem) => {
  expect(await problemOf(command.split(' '))).toContain(problem);
});
