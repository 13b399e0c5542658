import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { upstream } from '@ml-platform/pipeline';
import { afterEach, expect, test } from 'vitest';
import { compile } from '../target.ts';
import { numbersProject, type Project, STRESS_RUNS, stressProject } from '../testing/project.ts';
import type { StepFunctionsSettings } from './settings.ts';
import { MACHINE_FILE, stepFunctions } from './step-functions.ts';
import { expectValid } from './testing/expect-valid.ts';
import { optionOf, runLocally } from './testing/run-locally.ts';
import { FORMS, ON_EC2, on, SETTINGS } from './testing/settings.ts';

const projects: Project[] = [];
afterEach(async () => {
  for (const project of projects.splice(0)) await project.remove();
});

async function kept(made: Promise<Project>): Promise<Project> {
  const project = await made;
  projects.push(project);
  return project;
}

/** `--param` texts of what a job got as `--params-json`. */
function paramsOf(command: readonly string[]): string[] {
  const params = JSON.parse(optionOf(command, '--params-json') ?? '') as Record<string, Record<string, unknown>>;
  return Object.entries(params).flatMap(([step, values]) =>
    Object.entries(values).map(([name, value]) => `${step}.${name}=${JSON.stringify(value)}`),
  );
}

/** An execution's input that has such texts. */
function inputOf(params: readonly string[]) {
  const entries = params.map((text) => {
    const [, step = '', name = '', value = ''] = /^([^.]+)\.([^=]+)=(.*)$/.exec(text) ?? [];
    return [step, { [name]: JSON.parse(value) as string | number | boolean }] as const;
  });
  return entries.length === 0 ? {} : { params: Object.fromEntries(entries) };
}

interface Ran {
  /** Whether each step that may be skipped ran. */
  readonly flags: Readonly<Record<string, { done: boolean }>>;
  /** Items of loops that ran, by step. */
  readonly items: Readonly<Record<string, number>>;
}

/** Runs the project's pipeline as a state machine, each of whose jobs is the step runner. */
async function runAsStateMachine(
  { document, folder, run }: Project,
  params: readonly string[],
  settings: StepFunctionsSettings,
): Promise<Ran> {
  const text = compile(stepFunctions, document, settings).get(MACHINE_FILE) ?? '';
  expectValid(text);
  const items: Record<string, number> = {};
  const loops = document.steps.filter(({ forEach }) => forEach && settings.fanOut === 'map').map(({ name }) => name);
  const flags = await runLocally(text, inputOf(params), {
    job: async (command) => {
      expect(command.slice(0, 3)).toEqual(['run-step', '--pipeline', settings.pipeline]);
      expect(optionOf(command, '--store')).toBe('s3://lake/runs/run-1');
      const step = optionOf(command, '--step') ?? '';
      const item = optionOf(command, '--item');
      const collect = command.includes('--collect');
      expect(item !== undefined || collect, step).toBe(loops.includes(step));
      if (item !== undefined) items[step] = (items[step] ?? 0) + 1;
      await run(step, paramsOf(command), { collect, ...(item !== undefined && { item: Number(item) }) });
    },
    object: ({ Key }) => readFile(join(folder, Key.replace('runs/run-1/', '')), 'utf8'),
  });
  return { flags: flags as Ran['flags'], items };
}

/** Looks whether it left what the steps leave one by one, and nothing of those that are skipped. */
async function expectSameArtifacts(machine: Project, { flags }: Ran, plain: Project, params: readonly string[]) {
  await plain.runAll(params);
  const skipped = Object.keys(flags).filter((name) => flags[name]?.done === false);
  const hashes = Object.entries(await plain.hashes());
  expect(await machine.hashes()).toEqual(Object.fromEntries(hashes.filter(([name]) => !skipped.includes(name))));
  // A skipped step leaves nothing else than a marker of it, which the runs one by one have.
  for (const name of skipped) {
    const marker = await readFile(join(plain.folder, 'artifacts', name, 'skipped.json'), 'utf8');
    expect(JSON.parse(marker), name).toHaveProperty('reason');
  }
}

test.each([...FORMS.map((form) => [form, on(form)] as const), ['ec2', ON_EC2] as const])(
  'numbers on %s: a gate that says yes and one that says no leave the same artifacts as step by step',
  async (_, settings) => {
    for (const [params, count, done] of [
      [[], 4, true],
      [['count.upTo=1'], 1, false],
    ] as const) {
      const machine = await kept(numbersProject());
      const ran = await runAsStateMachine(machine, params, settings);
      expect(ran).toEqual({ flags: { celebrate: { done }, 'after-party': { done } }, items: { square: count } });
      await expectSameArtifacts(machine, ran, await kept(numbersProject()), params);
    }
  },
);

test('a loop that the runner loops in leaves the same', async () => {
  const machine = await kept(numbersProject());
  const ran = await runAsStateMachine(machine, [], { ...SETTINGS, fanOut: 'runner' });
  expect(ran.items).toEqual({});
  await expectSameArtifacts(machine, ran, await kept(numbersProject()), []);
});

/** Steps of the stress pipeline on all there is, each where what it asks for is to be had. */
const MIXED: StepFunctionsSettings = {
  ...SETTINGS,
  on: 'ecs',
  concurrency: 8,
  steps: {
    square: { on: 'lambda' },
    total: { on: 'lambda' },
    'train-small': { on: 'sagemaker' },
    'train-large': { on: 'batch' },
    'train-deep': { on: 'batch' },
    'tune-best': { on: 'sagemaker' },
    gather: { on: 'batch' },
  },
};

test('40 steps, a Map of 50, each gate open in one run and closed in another: the same artifacts as step by step', async () => {
  const outcomes = new Map<string, Set<boolean>>();
  for (const params of [...STRESS_RUNS, ['judge.strict=true']]) {
    const machine = await kept(stressProject());
    const ran = await runAsStateMachine(machine, params, MIXED);
    expect(ran.items).toEqual({ square: 50 });
    await expectSameArtifacts(machine, ran, await kept(stressProject()), params);
    for (const { name, when = [] } of machine.document.steps) {
      if (when.length > 0) outcomes.set(name, (outcomes.get(name) ?? new Set()).add(ran.flags[name]?.done ?? false));
    }
  }
  expect(outcomes.size).toBeGreaterThan(7);
  expect([...outcomes].filter(([, seen]) => seen.size < 2)).toEqual([]);
});

test('an empty list, and what follows from it', async () => {
  const machine = await kept(stressProject());
  const ran = await runAsStateMachine(machine, ['list.length=0'], MIXED);
  expect(ran.items).toEqual({});
  await expectSameArtifacts(machine, ran, await kept(stressProject()), ['list.length=0']);
});

test("the numbers pipeline's graph reads back", async () => {
  const { document } = await kept(numbersProject());
  const { steps, edges, gated } = stepFunctions.readGraph(compile(stepFunctions, document, SETTINGS));
  expect([...steps].sort()).toEqual(document.steps.map(({ name }) => name).sort());
  expect([...edges].sort()).toEqual(
    document.steps.flatMap((step) => upstream(step).map((name) => [name, step.name])).sort(),
  );
  expect(gated).toEqual(['celebrate']);
});
