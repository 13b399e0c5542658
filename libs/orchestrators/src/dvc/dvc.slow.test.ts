import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment, stepInputs } from '@ml-platform/pipeline';
import { execa } from 'execa';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { compile } from '../target.ts';
import { numbersProject, type Project, RUN_STEP, STRESS_RUNS, stressProject } from '../testing/project.ts';
import { dvc } from './dvc.ts';

let bin: string;
beforeAll(async () => {
  bin = dirname(await pythonEnvironment(fileURLToPath(new URL('testing/requirements.txt', import.meta.url))));
}, 300_000);

const projects: Project[] = [];
afterEach(async () => {
  for (const project of projects.splice(0)) await project.remove();
});

/** The same project twice: one to run by DVC, one to run step by step without any engine. */
async function pair(make: () => Promise<Project>): Promise<[Project, Project]> {
  const both: [Project, Project] = [await make(), await make()];
  projects.push(...both);
  return both;
}

type Command = (program: string, ...args: string[]) => Promise<string>;

/** A repository of Git and DVC with the pipeline's stages; returns what runs a command in it. */
async function repository(project: Project, without: 'all' | 'none'): Promise<Command> {
  const { folder } = project;
  const env = { PATH: `${dirname(process.execPath)}:${bin}:${process.env.PATH}`, DVC_NO_ANALYTICS: '1' };
  const run: Command = async (program, ...args) => (await execa(program, args, { cwd: folder, env, all: true })).all;
  await run('git', 'init', '-q');
  await run('dvc', 'init', '-q');
  await writeFile(join(folder, '.gitignore'), 'node_modules\nartifacts\nruns\n');
  await writeStages(project, without);
  return run;
}

async function writeStages({ folder, document }: Project, without: 'all' | 'none'): Promise<void> {
  const settings = {
    runStep: RUN_STEP,
    files: (step: Project['document']['steps'][number]) => [...stepInputs(step, folder, folder).files],
    packages: () => [],
    sections: Object.keys(document.params),
  };
  const missing = ['cpu', 'memory', 'disk', 'accelerator', 'spot', 'schedule'] as const;
  const files = compile(dvc, document, settings, { without: without === 'all' ? missing : [] });
  for (const [path, text] of files) await writeFile(join(folder, path), text);
}

test('dvc repro runs the pipeline: gates to yes and to no, the same artifacts, and what changed alone', async () => {
  const [project, plain] = await pair(numbersProject);
  const { folder, document, hashes } = project;
  const run = await repository(project, 'none');
  const repro = async (upTo: number) => {
    await writeFile(join(folder, 'params.yaml'), `count: { upTo: ${upTo} }\nsquare: {}\n`);
    return run('dvc', 'repro');
  };

  await repro(3);
  await plain.runAll(['count.upTo=3']);
  expect(await hashes()).toEqual(await plain.hashes());
  expect(existsSync(join(folder, 'artifacts/celebrate/skipped.json'))).toBe(false);
  const again = await repro(3);
  for (const { name } of document.steps) expect(again).toContain(`Stage '${name}' didn't change, skipping`);

  await repro(1);
  await plain.runAll(['count.upTo=1']);
  expect(await hashes()).toEqual(await plain.hashes());
  expect(await readFile(join(folder, 'artifacts/celebrate/skipped.json'), 'utf8')).toContain('sum = 1 is not >= 5');
  expect(await readFile(join(folder, 'artifacts/after-party/skipped.json'), 'utf8')).toContain('celebrate');

  const shown = JSON.parse(await run('dvc', 'metrics', 'show', '--json'));
  expect(JSON.stringify(shown)).toContain('"sum":1');
}, 300_000);

test('a gate that asks for more, in the definition, is asked again', async () => {
  const [project] = await pair(numbersProject);
  const run = await repository(project, 'none');
  await writeFile(join(project.folder, 'params.yaml'), 'count: { upTo: 3 }\nsquare: {}\n');
  await run('dvc', 'repro', 'celebrate');
  const definition = join(project.folder, 'src/pipeline.ts');
  await writeFile(definition, (await readFile(definition, 'utf8')).replace('atLeast(5)', 'atLeast(50)'));
  await writeStages({ ...project, document: await documentOf(definition) }, 'none');
  expect(await run('dvc', 'repro', 'celebrate')).toContain("Stage 'add-up' didn't change, skipping");
  const marker = join(project.folder, 'artifacts/celebrate/skipped.json');
  expect(await readFile(marker, 'utf8')).toContain('sum = 6 is not >= 50');
}, 120_000);

/** As a process of its own reads it: this one keeps the first version of a module. */
async function documentOf(file: string): Promise<Project['document']> {
  const print = fileURLToPath(new URL('../../../pipeline/bin/pipeline-document.mjs', import.meta.url));
  const { stdout } = await execa(process.execPath, [print, file]);
  return JSON.parse(stdout) as Project['document'];
}

test('the stress pipeline: each gate to yes and to no, the same artifacts as step by step', async () => {
  const [project, plain] = await pair(stressProject);
  const run = await repository(project, 'all');
  for (const params of STRESS_RUNS) {
    await writeFile(join(project.folder, 'params.yaml'), paramsFile(project, params));
    await run('dvc', 'repro');
    await plain.runAll(params);
    expect(await project.hashes(), params.join()).toEqual(await plain.hashes());
  }
}, 600_000);

/** `train.trials=50` as a file that has a section for each step with parameters. */
function paramsFile({ document }: Project, params: readonly string[]): string {
  const sections: Record<string, Record<string, unknown>> = {};
  for (const step of Object.keys(document.params)) sections[step] = {};
  for (const param of params) {
    const [, step = '', name = '', value = ''] = /^(.*)\.(.*)=(.*)$/.exec(param) ?? [];
    sections[step] = { ...sections[step], [name]: JSON.parse(value) };
  }
  return stringify(sections);
}
