import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  artifactsFolder,
  hashArtifact,
  loadPipeline,
  type PipelineDocument,
  runStep,
  stepOrder,
  toDocument,
  upstream,
} from '@ml-platform/pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile } from '../target.ts';
import { stepFunctions } from './step-functions.ts';
import { expectValid } from './testing/expect-valid.ts';
import { optionOf, runLocally } from './testing/run-locally.ts';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
const SETTINGS = {
  lake: 's3://lake/numbers',
  pipeline: 'src/pipeline.ts',
  queue: 'on-demand',
  jobDefinitions: { typescript: 'step-node', python: 'step-python' },
};

interface Project {
  readonly folder: string;
  readonly document: PipelineDocument;
  readonly run: (step: string, params: readonly string[]) => Promise<unknown>;
}

let workspace: string;
beforeAll(async () => {
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'step-functions-')));
  await symlink(join(REPOSITORY, 'node_modules'), join(workspace, 'node_modules'));
});
afterAll(() => rm(workspace, { recursive: true, force: true }));

/** The numbers pipeline without the steps that fail, in a project of its own. */
async function numbers(name: string): Promise<Project> {
  const folder = join(workspace, name);
  const definition = join(folder, 'src/pipeline.ts');
  await cp(join(REPOSITORY, 'libs/pipeline/src/runner/fixtures'), join(folder, 'src'), { recursive: true });
  const text = await readFile(definition, 'utf8');
  await writeFile(definition, text.replace(/ {2}for \(const step[\s\S]*$/, '});\n'));
  await writeFile(join(folder, 'package.json'), '{ "name": "numbers", "type": "module" }');
  await writeFile(join(folder, 'requirements.txt'), '');
  const pipeline = await loadPipeline(definition);
  return {
    folder,
    document: toDocument(pipeline),
    run: (step, params) => runStep(pipeline, { step, params }),
  };
}

/** `--param` texts of what a job got as `--params-json`. */
function paramsOf(command: readonly string[]): string[] {
  const params = JSON.parse(optionOf(command, '--params-json')) as Record<string, Record<string, unknown>>;
  return Object.entries(params).flatMap(([step, values]) =>
    Object.entries(values).map(([name, value]) => `${step}.${name}=${JSON.stringify(value)}`),
  );
}

async function runAsStateMachine({ document, folder, run }: Project, upTo: number | undefined): Promise<unknown> {
  const text = compile(stepFunctions, document, SETTINGS).get('state-machine.json') ?? '';
  expectValid(text);
  const input = upTo === undefined ? {} : { params: { count: { upTo } } };
  return runLocally(text, input, {
    job: async (command) => {
      expect(optionOf(command, '--store')).toBe('s3://lake/numbers/run-1');
      await run(optionOf(command, '--step'), paramsOf(command));
    },
    object: ({ Key }) => readFile(join(folder, Key.replace('numbers/run-1/', '')), 'utf8'),
  });
}

test("the numbers pipeline's graph reads back", async () => {
  const { document } = await numbers('graph');
  const { steps, edges, gated } = stepFunctions.readGraph(compile(stepFunctions, document, SETTINGS));
  expect([...steps].sort()).toEqual(document.steps.map(({ name }) => name).sort());
  expect([...edges].sort()).toEqual(
    document.steps.flatMap((step) => upstream(step).map((name) => [name, step.name])).sort(),
  );
  expect(gated).toEqual(['celebrate']);
});

test.each<[string, number | undefined, string[]]>([
  ['yes', undefined, []],
  ['no', 1, ['celebrate', 'after-party']],
])(
  'a gate that says %s: the same artifacts as step by step, and none of a skipped step',
  async (name, upTo, skipped) => {
    const machine = await numbers(`machine-${name}`);
    const flags = await runAsStateMachine(machine, upTo);
    const done = { done: skipped.length === 0 };
    expect(flags).toEqual({ celebrate: done, 'after-party': done });
    const plain = await numbers(`plain-${name}`);
    for (const step of stepOrder(plain.document))
      await plain.run(step.name, upTo === undefined ? [] : [`count.upTo=${upTo}`]);
    for (const step of machine.document.steps) {
      const folder = artifactsFolder(machine.folder, step.name);
      expect(existsSync(folder), step.name).toBe(!skipped.includes(step.name));
      if (skipped.includes(step.name)) continue;
      expect(await hashArtifact(folder)).toBe(await hashArtifact(artifactsFolder(plain.folder, step.name)));
    }
  },
);
