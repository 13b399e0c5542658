import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readPipeline } from './azure-pipelines.ts';
import { Expression } from './expression.ts';
import { everyWorkflow, isAction } from './every-workflow.ts';
import { ciFiles, CLOUDS, writeAll } from './lay-out.ts';
import { actionlint, lintCommands } from './lint-tools.ts';
import { readAction } from './read-workflow.ts';

const linter = await actionlint();
const commands = await lintCommands();
const shellcheck = join(commands, 'shellcheck');

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lint-'));
  // Both look for the root of a repository.
  await execa('git', ['init', '--quiet'], { cwd: folder });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const zizmor = () =>
  execa(join(commands, 'zizmor'), ['--offline', '--pedantic', '--strict-collection', '--quiet', '--color=never', '.'], {
    cwd: folder,
    all: true,
    reject: false,
  });

describe.each(everyWorkflow())('workflows of $whose', ({ files }) => {
  test.skipIf(linter === undefined)('actionlint finds nothing', async () => {
    writeAll(folder, files);
    const { all } = await execa(linter ?? '', ['-shellcheck', shellcheck], { cwd: folder, all: true, reject: false });
    expect(all).toBe('');
  });

  test('zizmor finds nothing', async () => {
    writeAll(folder, files);
    expect(await zizmor()).toMatchObject({ exitCode: 0, all: expect.stringMatching(/^(?:No findings to report.*)?$/) });
  });

  test('nor does shellcheck in the commands of actions, which actionlint leaves out', async () => {
    writeAll(folder, files);
    for (const path of [...files.keys()].filter(isAction)) {
      for (const { run } of readAction(join(folder, path)).runs.steps) {
        if (run === undefined || run instanceof Expression) continue;
        const checked = await execa(shellcheck, ['--shell', 'bash', '-'], {
          input: String(run),
          all: true,
          reject: false,
        });
        expect([path, checked.all]).toEqual([path, '']);
      }
    }
  });
});

/** Microsoft's own, as check-jsonschema brings it along. A task of an extension isn't in it: azure-pipelines.test.ts. */
const azureSchema = (file: string) =>
  execa(
    join(commands, 'check-jsonschema'),
    [
      '--builtin-schema',
      'vendor.azure-pipelines',
      '--data-transform',
      'azure-pipelines',
      '--regex-variant',
      'nonunicode',
      file,
    ],
    { cwd: folder, all: true, reject: false },
  );

function asJson(text: string): string {
  return JSON.stringify(readPipeline(text), (_, value: unknown) => {
    const { task, inputs } = (typeof value === 'object' && value !== null ? value : {}) as Record<
      string,
      Record<string, string>
    >;
    return String(task) === 'AWSShellScript@1' ? { bash: inputs?.inlineScript } : value;
  });
}

describe.each(CLOUDS.map((clouds) => ({ clouds })))('pipelines of Azure DevOps on $clouds', ({ clouds }) => {
  test.each([...ciFiles('azure-devops', clouds)])("%s is what Microsoft's schema says", async (_, text) => {
    writeFileSync(join(folder, 'pipeline.json'), asJson(text));
    expect((await azureSchema('pipeline.json')).all).toBe('ok -- validation done');
  });
});

test("what isn't in Microsoft's schema is found", async () => {
  writeFileSync(join(folder, 'pipeline.json'), asJson('steps: [{ task: Cache@2, inputs: { kee: npm } }]'));
  expect((await azureSchema('pipeline.json')).exitCode).toBe(1);
});

test("the updates of dependencies are what GitHub's schema says", async () => {
  writeAll(folder, ciFiles('github', []));
  const flags = ['--builtin-schema', 'vendor.dependabot', '.github/dependabot.yml'];
  expect((await execa(join(commands, 'check-jsonschema'), flags, { cwd: folder })).stdout).toBe(
    'ok -- validation done',
  );
});

test('both find what is wrong', async () => {
  const run = `echo "$GITHUB_REF" \${{ github.head_ref }}`;
  const wrong = stringify({ on: 'pull_request_target', jobs: { a: { 'runs-on': 'ubuntu-24.04', steps: [{ run }] } } });
  writeAll(folder, new Map([['.github/workflows/a.yml', wrong]]));
  const { all } = await zizmor();
  for (const rule of ['dangerous-triggers', 'template-injection', 'excessive-permissions']) expect(all).toContain(rule);
  if (linter === undefined) return;
  const found = await execa(linter, ['-shellcheck', shellcheck], { cwd: folder, all: true, reject: false });
  expect(found.all).toContain('"github.head_ref" is potentially untrusted');
  expect(found.exitCode).toBe(1);
});
