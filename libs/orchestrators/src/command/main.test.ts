import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
const BIN = fileURLToPath(new URL('../../bin/compile.mjs', import.meta.url));

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'compile-'));
  await mkdir(join(project, 'src'));
  await writeFile(join(project, 'package.json'), '{ "type": "module", "workspaces": [] }');
  await symlink(join(REPOSITORY, 'node_modules'), join(project, 'node_modules'));
  const source = `import { definePipeline, defineStep, json } from '@ml-platform/pipeline';
const ingest = defineStep({ name: 'ingest', outputs: { rows: json() }, resources: { cpu: 2 }, run: () => import('./ingest.run.ts') });
export default definePipeline('sales', ({ add }) => void add(ingest));
`;
  await writeFile(join(project, 'src/pipeline.ts'), source);
});
afterEach(() => rm(project, { recursive: true }));

const command = (...args: string[]) =>
  execa('node', [BIN, '--pipeline', join(project, 'src/pipeline.ts'), ...args], {
    env: { ML_TARGET: '' },
    preferLocal: true,
    reject: false,
  });

test('writes the files and prints their paths', async () => {
  const { stdout, stderr } = await command('--target', 'dvc', '--without', 'cpu', '--json');
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({ files: [join(project, 'dvc.yaml'), join(project, 'dvc.steps.json')] });
  expect(await readFile(join(project, 'dvc.yaml'), 'utf8')).toContain('      - src/pipeline.ts\n');
});

test('an Airflow DAG says where the workspace lies on its workers', async () => {
  const { exitCode, stderr } = await command(
    '--target',
    'airflow',
    '--without',
    'cpu',
    '--at',
    '/opt/acme',
    '--out',
    join(project, 'dags'),
  );
  expect(exitCode, stderr).toBe(0);
  expect(await readFile(join(project, 'dags/sales.json'), 'utf8')).toContain('/opt/acme');
});

test('Step Functions take where they run from targets.yaml, and say what is missing there', async () => {
  const args = ['--target', 'step-functions', '--out', join(project, 'build')];
  expect((await command(...args)).stderr).toContain(
    "targets.yaml has no section 'step-functions'\nhint:  add:\nstep-functions:\n  lake:",
  );
  const section =
    'step-functions:\n  lake: s3://lake/runs\n  batch: { queue: jobs, jobDefinitions: { typescript: steps, python: 7 } }\n';
  await writeFile(join(project, 'targets.yaml'), section);
  expect((await command(...args)).stderr).toContain(
    'targets.yaml: step-functions.batch.jobDefinitions.python: Invalid input',
  );
  await writeFile(join(project, 'targets.yaml'), section.replace('7', 'steps-python'));
  const { exitCode, stderr } = await command(...args);
  expect(exitCode, stderr).toBe(0);
  const machine = JSON.parse(await readFile(join(project, 'build/state-machine.json'), 'utf8'));
  expect(machine.States.ingest.Parameters.JobQueue).toBe('jobs');
});

test.each([
  [['--target', 'dvcc'], 2, "there is no target 'dvcc'", "did you mean 'dvc'?"],
  [['--target', 'dvc', '--without', 'sopt'], 2, "there is no feature 'sopt'", "did you mean 'spot'?"],
  [[], 2, '--target is needed', 'npx nx run PIPELINE:compile --help'],
  [['--traget', 'dvc'], 2, "Unknown option '--traget'", 'npx nx run PIPELINE:compile --help'],
  [['--target', 'dvc'], 3, "DVC can't do all of 'sales'", '--without cpu'],
])('%j is refused, and nothing is written', async (args, exit, message, hint) => {
  const { exitCode, stderr } = await command(...args);
  expect(exitCode).toBe(exit);
  expect(stderr).toContain(`error: ${message}`);
  expect(stderr).toContain(hint);
  await expect(readFile(join(project, 'dvc.yaml'))).rejects.toThrow('ENOENT');
});

test('settings are those of an environment; a schedule that is left out needs none', async () => {
  const definition = join(project, 'src/pipeline.ts');
  const text = await readFile(definition, 'utf8');
  await writeFile(
    definition,
    text.replace('=> void add(ingest)', "=> void add(ingest), { schedule: { cron: '0 4 * * *' } }"),
  );
  const settings = (lake: string) => `sagemaker:
  lake: ${lake}
  role: arn:aws:iam::123456789012:role/pipelines
  images: { typescript: acme/steps:1, python: acme/steps-python:1 }
`;
  await writeFile(join(project, 'targets.yaml'), settings('s3://dev-lake'));
  await writeFile(join(project, 'targets.prod.yaml'), settings('s3://prod-lake'));
  const { stderr } = await command('--target', 'sagemaker', '--env', 'prod');
  expect(stderr).toContain("error: pipeline 'sales' has a schedule, and the settings of SageMaker have none");
  const { exitCode } = await command('--target', 'sagemaker', '--env', 'prod', '--without', 'schedule');
  expect(exitCode).toBe(0);
  expect(await readFile(join(project, 'pipeline.json'), 'utf8')).toContain('s3://prod-lake');
});
