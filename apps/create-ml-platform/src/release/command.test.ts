import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { RELEASE_HELP, release } from './command.ts';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

test('--help names every script, and nothing else does', async () => {
  const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await release(REPOSITORY, ['check', '--help']);
  expect(printed).toHaveBeenCalledWith(RELEASE_HELP);
  const { scripts } = JSON.parse(readFileSync(`${REPOSITORY}package.json`, 'utf8'));
  const named = [...RELEASE_HELP.matchAll(/npm run (release:\w+)/g)].map(([, script]) => script);
  expect(named.sort()).toEqual(Object.keys(scripts).filter((script) => script.startsWith('release:')));
});

test.each([
  [['chek'], "'chek' is none of changeset, check, publish"],
  [['check', 'now'], "'check now' is none of changeset, check, publish"],
  [['check', '--fast'], "Unknown option '--fast'"],
])('%j is refused', async (args, message) => {
  const error = { code: 'usage', message: expect.stringContaining(message) };
  await expect(release(REPOSITORY, args)).rejects.toMatchObject(error);
});
