import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  artifactsFolder,
  hashArtifact,
  loadPipeline,
  type PipelineDocument,
  pythonEnvironment,
  stepInputs,
  toDocument,
} from '@ml-platform/pipeline';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile } from '../target.ts';
import { numbersProject, RUN_STEP } from '../testing/project.ts';
import { dvc } from './dvc.ts';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

let bin: string;
beforeAll(async () => {
  bin = dirname(await pythonEnvironment(fileURLToPath(new URL('testing/requirements.txt', import.meta.url))));
}, 300_000);

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** A repository with the pipeline of the fixtures in apps/numbers, as far as its steps succeed. */
async function repositoryWithPipeline() {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'dvc-')));
  folders.push(root);
  const project = join(root, 'apps/numbers');
  await cp(join(REPOSITORY, 'libs/pipeline/src/runner/fixtures'), join(project, 'src'), { recursive: true });
  const definition = join(project, 'src/pipeline.ts');
  const text = await readFile(definition, 'utf8');
  await writeFile(definition, text.replace(/ {2}for \(const step[\s\S]*$/, '});\n'));
  await writeFile(join(root, 'package.json'), '{ "type": "module", "workspaces": ["apps/*"] }');
  await writeFile(join(root, '.gitignore'), await readFile(join(REPOSITORY, '.gitignore'), 'utf8'));
  await writeFile(join(project, 'package.json'), '{ "name": "numbers", "type": "module" }');
  await writeFile(join(project, 'requirements.txt'), '');
  await symlink(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
  return { root, project, pipeline: await loadPipeline(definition) };
}

async function compiled(root: string, project: string, document: PipelineDocument): Promise<void> {
  const code = (step: PipelineDocument['steps'][number]) =>
    stepInputs(step, project, root).files.map((file) => relative(project, join(root, file)));
  const files = compile(dvc, document, { runStep: RUN_STEP, code, sections: ['count'] });
  for (const [path, text] of files) await writeFile(join(project, path), text);
}

const params = (upTo: number) => `count: { upTo: ${upTo} }\n`;

/** Hashes of what each step left, from running one step after the other, without any engine. */
async function expected(upTo: number): Promise<Record<string, string>> {
  const plain = await numbersProject();
  try {
    await plain.runAll([`count.upTo=${upTo}`]);
    return await plain.hashes();
  } finally {
    await plain.remove();
  }
}

async function hashes(project: string, { steps }: PipelineDocument): Promise<Record<string, string>> {
  const all = steps.map(async ({ name }) => [name, await hashArtifact(artifactsFolder(project, name))] as const);
  return Object.fromEntries(await Promise.all(all));
}

test('dvc repro runs the pipeline: gates to yes and to no, the same artifacts, and what changed alone', async () => {
  const { root, project, pipeline } = await repositoryWithPipeline();
  const document = toDocument(pipeline);
  const path = `${dirname(process.execPath)}:${bin}:${process.env.PATH}`;
  const run = (cwd: string, program: string, ...args: string[]) =>
    execa(program, args, { cwd, env: { PATH: path, DVC_NO_ANALYTICS: '1' }, all: true });
  await run(root, 'git', 'init', '-q');
  await run(root, join(bin, 'dvc'), 'init', '-q');
  await compiled(root, project, document);
  const repro = async (upTo: number) => {
    await writeFile(join(project, 'params.yaml'), params(upTo));
    return (await run(project, join(bin, 'dvc'), 'repro')).all;
  };

  await repro(3);
  expect(await hashes(project, document)).toEqual(await expected(3));
  await expect(readFile(join(project, 'artifacts/celebrate/skipped.json'))).rejects.toThrow('ENOENT');
  const again = await repro(3);
  for (const { name } of document.steps) expect(again).toContain(`Stage '${name}' didn't change, skipping`);

  await repro(1);
  expect(await hashes(project, document)).toEqual(await expected(1));
  expect(await readFile(join(project, 'artifacts/celebrate/skipped.json'), 'utf8')).toContain('sum = 1 is not >= 5');
  expect(await readFile(join(project, 'artifacts/after-party/skipped.json'), 'utf8')).toContain('celebrate');

  const shown = JSON.parse((await run(project, join(bin, 'dvc'), 'metrics', 'show', '--json')).stdout);
  expect(JSON.stringify(shown)).toContain('"sum": 1'.replace(' ', ''));
}, 300_000);
