import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { goProgram } from './testing/go-program.ts';

const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));
const linter = await goProgram(fileURLToPath(new URL('testing/dockerfile-lint', import.meta.url)));

interface Findings {
  readonly warnings: readonly { readonly ruleName: string; readonly detail: string }[] | null;
  readonly buildError?: { readonly message: string };
}

/** What BuildKit's parser and linter say. */
async function lint(dockerfile: string): Promise<string[]> {
  const { stdout } = await execa(linter ?? '', { input: dockerfile });
  const { warnings, buildError } = JSON.parse(stdout) as Findings;
  const said = (warnings ?? []).map(({ ruleName, detail }) => `${ruleName}: ${detail}`);
  return [...said, ...(buildError ? [buildError.message] : [])];
}

const dockerfiles = globSync('{apps,libs}/*/{,*/}Dockerfile', { cwd: WORKSPACE });
const text = (file: string) => readFileSync(join(WORKSPACE, file), 'utf8');

test.skipIf(linter === undefined).each(dockerfiles)('BuildKit has nothing to say about %s', async (file) => {
  expect(await lint(text(file))).toEqual([]);
});

test.skipIf(linter === undefined).each([
  ['an unknown instruction', /^FROM/m, 'FORM', /unknown instruction: FORM \(did you mean FROM\?\)/],
  ['an unknown flag', /^COPY \. /m, 'COPY --form=x . ', /unknown flag: --form/],
  ['a command that no signal reaches', /^(CMD|ENTRYPOINT) .*/m, '$1 run-step', /^JSONArgsRecommended/],
  [
    'a variable that nobody sets',
    /^USER/m,
    'ENV A=$UNKNOWN\nUSER',
    /^UndefinedVar: Usage of undefined variable '\$UNKNOWN'/,
  ],
  ['a secret in the environment', /^USER/m, 'ENV NPM_TOKEN=x\nUSER', /^SecretsUsedInArgOrEnv/],
  ['two names of one stage', /^USER/m, 'FROM node:24 AS packages\nUSER', /^DuplicateStageName/],
])('BuildKit sees %s', async (_, from, to, expected) => {
  for (const file of dockerfiles) {
    const changed = text(file).replace(from, to);
    expect(changed).not.toBe(text(file));
    expect(await lint(changed)).toContainEqual(expect.stringMatching(expected));
  }
});
