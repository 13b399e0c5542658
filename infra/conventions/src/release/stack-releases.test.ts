import { afterEach, expect, test, vi } from 'vitest';
import { runProgram } from '../program/index.ts';
import { NO_RELEASE, RELEASE_VARIABLE, stackReleases } from './stack-releases.ts';
import { testRelease } from './testing/release.ts';

const [one, two] = [testRelease(1), testRelease(2)];

afterEach(() => vi.unstubAllEnvs());

/** What a program returns as the outputs of its stack, after the ones before. */
async function outputsAfter(outputs: Record<string, unknown>, variable?: string) {
  vi.stubEnv(RELEASE_VARIABLE, variable);
  const standIn = (_type: string, name: string) => ({ id: name, state: {} });
  const run = { project: 'acme', stack: 'dev', config: {}, standIn, outputs };
  return (await runProgram(async () => ({ ...(await stackReleases()) }), run)).outputs;
}

test('without a word an update keeps what the stack has', async () => {
  expect(await outputsAfter({})).toEqual({ previousReleases: [] });
  expect(await outputsAfter({ release: two, previousReleases: [one], url: 'x' })).toEqual({
    release: two,
    previousReleases: [one],
  });
  expect(await outputsAfter({ release: one }, '')).toEqual({ release: one, previousReleases: [] });
});

test('a release follows the one that is there; none takes it away', async () => {
  expect(await outputsAfter({ release: one }, JSON.stringify(two))).toEqual({ release: two, previousReleases: [one] });
  expect(await outputsAfter({ release: one }, NO_RELEASE)).toEqual({ previousReleases: [] });
});

test.each([
  ['release.json', 'it holds the release itself, not the name of its file'],
  ['{}', `${RELEASE_VARIABLE} is no release: release:`],
])('%s is no release', async (text, said) => {
  await expect(outputsAfter({}, text)).rejects.toThrow(said);
});
