import { expect, test } from 'vitest';
import { layOut, machineAt, platformCommand } from '../testing/lay-out.ts';
import { configurationCheck } from './configuration.ts';

const sales = {
  file: 'apps/sales/src/pipeline.ts',
  name: 'sales',
  steps: 2,
  languages: [],
  frameworks: [],
  stores: [],
};
const look = (files: Record<string, string>) => configurationCheck.look(machineAt(layOut(files)));

test('each pipeline is fine, or has a finding per problem', async () => {
  const folder = layOut({});
  const path = `${folder}/apps/churn/params.yaml:1: ingets: no\n  such step`;
  const churn = {
    ...sales,
    name: undefined,
    file: 'apps/churn/src/pipeline.ts',
    targets: [],
    problems: [
      { message: path, hint: "did you mean 'ingest'?" },
      { message: 'targets.yaml has no section', hint: 'add:\nargo:\n  lake: x' },
    ],
  };
  layOut(platformCommand({ pipelines: [{ ...sales, targets: ['argo'], problems: [] }, churn] }), folder);
  expect(await configurationCheck.look(machineAt(folder))).toEqual([
    { status: 'ok', what: 'sales', found: '2 steps, on argo' },
    {
      status: 'broken',
      what: 'apps/churn/src/pipeline.ts',
      found: 'apps/churn/params.yaml:1: ingets: no such step',
      mend: "did you mean 'ingest'?",
    },
    {
      status: 'broken',
      what: 'apps/churn/src/pipeline.ts',
      found: 'targets.yaml has no section',
      mend: 'npx platform check',
    },
  ]);
});

test("where the project's own command can't look, it is said why", async () => {
  const failing = (text: string) => ({ ...platformCommand({}), 'apps/platform/bin/platform.mjs': text });
  const refuses =
    'process.stderr.write("error: there is no command \'check\'\\nhint:  commands: start\\n"); process.exit(2);';
  for (const [files, found] of [
    [{}, 'there is no apps/platform/bin/platform.mjs'],
    [{ 'apps/platform/bin/platform.mjs': '' }, 'the packages are not installed'],
    [failing(refuses), "there is no command 'check'"],
    [failing('process.exit(1)'), 'npx platform check ended with 1'],
  ] as const) {
    expect(await look(files)).toEqual([{ status: 'skipped', what: 'pipelines', found }]);
  }
});

test('a workspace without a pipeline is fine', async () => {
  expect(await look(platformCommand({ pipelines: [] }))).toEqual([
    { status: 'note', what: 'pipelines', found: 'none yet' },
  ]);
});
